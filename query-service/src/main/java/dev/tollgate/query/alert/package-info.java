/// Saying something once: to whom, how, and whether it arrived.
@NullMarked
package dev.tollgate.query.alert;

import org.jspecify.annotations.NullMarked;

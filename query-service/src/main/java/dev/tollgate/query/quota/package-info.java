/// Asking quota-service, and having it act.
@NullMarked
package dev.tollgate.query.quota;

import org.jspecify.annotations.NullMarked;

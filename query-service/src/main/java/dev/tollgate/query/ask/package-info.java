/// Reading what the requests of all methods have in common.
@NullMarked
package dev.tollgate.query.ask;

import org.jspecify.annotations.NullMarked;

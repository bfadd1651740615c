/// Dated rates of exchange, and the currency that reports are in.
@NullMarked
package dev.tollgate.query.fx;

import org.jspecify.annotations.NullMarked;

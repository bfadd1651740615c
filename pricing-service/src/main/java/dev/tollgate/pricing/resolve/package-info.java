/// Why a call has its prices.
@NullMarked
package dev.tollgate.pricing.resolve;

import org.jspecify.annotations.NullMarked;

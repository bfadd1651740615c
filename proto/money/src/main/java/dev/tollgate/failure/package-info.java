/// Why a call failed, in words that a client can switch on.
@NullMarked
package dev.tollgate.failure;

import org.jspecify.annotations.NullMarked;

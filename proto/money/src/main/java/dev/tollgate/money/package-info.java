/// Amounts of money that are exact or throw.
@NullMarked
package dev.tollgate.money;

import org.jspecify.annotations.NullMarked;

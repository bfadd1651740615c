/// Books' entries as the contract shows them.
@NullMarked
package dev.tollgate.pricing.answer;

import org.jspecify.annotations.NullMarked;

/// The quota with everything that can go wrong between it and its callers, on a clock turned by
/// hand.
@NullMarked
package dev.tollgate.quota.simulate;

import org.jspecify.annotations.NullMarked;

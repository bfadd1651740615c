/// `bench check-quota`: what a strict check costs, beside an empty call, the bare scripts and
/// Bucket4j. `bench quota-memory`: what counters and open holds cost Redis.
@NullMarked
package dev.tollgate.load.check;

import org.jspecify.annotations.NullMarked;

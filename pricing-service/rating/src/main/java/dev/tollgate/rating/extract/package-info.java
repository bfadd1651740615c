/// What a provider reports, as disjoint buckets: profiles, read from data, say where each count
/// stands in a usage body and what it contains.
@NullMarked
package dev.tollgate.rating.extract;

import org.jspecify.annotations.NullMarked;

package dev.tollgate.rating.extract;

import java.util.List;

/// A count that must equal the sum of others.
///
/// @param total index of the count
/// @param of indices of what it is the sum of: unless all are stated, nothing is compared
/// @param plus indices of what is added where it is stated
record Sum(int total, List<Integer> of, List<Integer> plus) {}

package dev.tollgate.cli.price;

import dev.tollgate.rating.Call;
import dev.tollgate.rating.extract.Flaw;
import java.util.List;

/// A line that was read: the call that it states, and how its usage was read.
///
/// @param contradictory whether the usage was stated, but can't be divided into buckets
/// @param profile by which the usage body was read; empty where the line states buckets
record CallLine(Call call, boolean contradictory, String profile, List<Flaw> flaws) {}

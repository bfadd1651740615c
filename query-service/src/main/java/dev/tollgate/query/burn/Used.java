package dev.tollgate.query.burn;

import java.math.BigInteger;

/// What was used in a time bucket.
///
/// @param place of the bucket in its week
record Used(int place, BigInteger amount) {}

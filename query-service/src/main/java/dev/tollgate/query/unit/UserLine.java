package dev.tollgate.query.unit;

import java.math.BigInteger;

/// How much of what users cost in a currency the dearest of them make up, in picos.
record UserLine(String currency, long users, long top, BigInteger cost, BigInteger topCost) {}

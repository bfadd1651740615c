package dev.tollgate.query.anomaly;

import dev.tollgate.proto.query.v1.AnomalyRule;
import java.math.BigDecimal;

/// What a rule says of an hour, with the figures that it looked at.
///
/// @param currency empty where the rule is not about money
/// @param sample how many calls it rests on
record Finding(
    AnomalyRule rule,
    String currency,
    Verdict verdict,
    BigDecimal current,
    BigDecimal baseline,
    long sample) {}

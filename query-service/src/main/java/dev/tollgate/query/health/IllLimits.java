package dev.tollgate.query.health;

/// Above which an hour of an endpoint is ill, and from how many calls on that can be told.
///
/// @param latencyFactor over what is usual
record IllLimits(double errorRate, double rateLimitedShare, double latencyFactor, long calls) {}

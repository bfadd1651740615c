package dev.tollgate.query.cost;

import java.math.BigInteger;

/// What has no value of one of a question's dimensions, in one currency.
///
/// @param group the dimension's place among those that are grouped by
record Missing(int group, String currency, BigInteger cost, long events) {
  Missing plus(Missing other) {
    return new Missing(group, currency, cost.add(other.cost), events + other.events);
  }
}

package dev.tollgate.quota.answer;

import dev.tollgate.proto.quota.v1.LimitUnit;
import dev.tollgate.quota.hold.CounterUnit;

/// What limits count, as it goes over the wire.
public final class Units {
  private Units() {}

  public static LimitUnit print(CounterUnit unit) {
    return switch (unit) {
      case COST_NANOS, COST_MICROS -> LimitUnit.LIMIT_UNIT_COST;
      case TOKENS -> LimitUnit.LIMIT_UNIT_TOKENS;
      case INPUT_TOKENS -> LimitUnit.LIMIT_UNIT_INPUT_TOKENS;
      case OUTPUT_TOKENS -> LimitUnit.LIMIT_UNIT_OUTPUT_TOKENS;
      case REQUESTS -> LimitUnit.LIMIT_UNIT_REQUESTS;
    };
  }
}

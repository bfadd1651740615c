package dev.tollgate.quota.answer;

import dev.tollgate.kernel.field.Fields;
import java.time.Duration;

/// How long a hold may last, as a request says.
public final class HoldDurations {
  private static final Duration LEAST = Duration.ofSeconds(1);
  private static final Duration MOST = Duration.ofHours(24);
  private static final Duration DEFAULT = Duration.ofMinutes(10);

  private HoldDurations() {}

  /// 1 s to 24 h; 10 minutes where nothing is said.
  public static Duration parse(
      Fields fields, String field, boolean present, com.google.protobuf.Duration given) {
    return present ? fields.duration(field, given, LEAST, MOST) : DEFAULT;
  }
}

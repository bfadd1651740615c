package dev.tollgate.pricing.answer;

import com.google.protobuf.Timestamp;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.time.TimeSource;
import java.time.Instant;

/// Reads the fields by which a request says which call it is about.
public final class CallFields {
  /// The most tokens that a call may be asked about.
  public static final long TOKENS_MAX = 1_000_000_000;

  private static final Instant TIME_MIN = Instant.parse("1970-01-01T00:00:00Z");
  private static final Instant TIME_MAX = Instant.parse("9999-12-31T23:59:59Z");
  private static final int PLACE_MAX = 64;

  private final Fields fields;

  public CallFields(Fields fields) {
    this.fields = fields;
  }

  public String provider(String value) {
    return fields.text("provider", value, 1, Fields.DIMENSION_VALUE_MAX);
  }

  public String model(String value) {
    return fields.text("model", value, 1, Fields.DIMENSION_VALUE_MAX);
  }

  public String serviceTier(String value) {
    return fields.text("service_tier", value, 0, PLACE_MAX);
  }

  public String region(String value) {
    return fields.text("region", value, 0, PLACE_MAX);
  }

  public long tokens(String field, long value) {
    return fields.count(field, value, 0, TOKENS_MAX);
  }

  public Instant time(Timestamp value) {
    return fields.instant("effective_time", true, value, TIME_MIN, TIME_MAX);
  }

  /// Now where the request names none.
  public Instant time(boolean present, Timestamp value, TimeSource time) {
    return present ? time(value) : time.now();
  }
}

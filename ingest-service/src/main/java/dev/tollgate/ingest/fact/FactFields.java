package dev.tollgate.ingest.fact;

import com.google.protobuf.Timestamp;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.common.v1.Dimensions;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;

/// The fields that facts of several kinds have.
///
/// @param aheadMax how far behind a fact's time this server's clock may be
record FactFields(Duration aheadMax) {
  static final int ID_MAX = 128;
  static final int TOKEN_MAX = 64;
  static final int DESCRIPTION_MAX = 1_024;
  static final int PICOS_SCALE = 12;

  /* So that a row's 64 bits of picos can hold it. */
  static final BigDecimal AMOUNT_MAX = new BigDecimal(9_000_000);

  private static final Instant TIME_MIN = Instant.parse("2020-01-01T00:00:00Z");

  Instant time(Fields fields, String field, boolean present, Timestamp value, Instant now) {
    return fields.instant(field, present, value, TIME_MIN, now.plus(aheadMax));
  }

  static void optionalId(Fields fields, String field, String value) {
    if (!value.isEmpty()) {
      fields.token(field, value, ID_MAX);
    }
  }

  static void dimensions(Fields fields, Dimensions dimensions, Caller caller) {
    fields.dimensions("dimensions", dimensions, false);
    fields.pins("dimensions", dimensions, caller.pins());
  }

  static long millis(Timestamp time) {
    return time.getSeconds() * 1_000 + time.getNanos() / 1_000_000;
  }
}

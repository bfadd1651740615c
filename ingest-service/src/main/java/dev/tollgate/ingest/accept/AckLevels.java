package dev.tollgate.ingest.accept;

import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.ingest.v1.AckLevel;

/// What callers may ask an acknowledgement to promise.
final class AckLevels {
  private AckLevels() {}

  /// FIELD_INVALID for a level that this server does not know.
  static void check(AckLevel level, int number) {
    if (level == AckLevel.UNRECOGNIZED) {
      var fields = new Fields();
      fields.known("ack_level", level, number);
      fields.check();
    }
  }
}

package dev.tollgate.query.compare;

import dev.tollgate.kernel.clickhouse.Row;
import dev.tollgate.proto.query.v1.ModelCandidate;
import dev.tollgate.rating.Call;
import dev.tollgate.rating.ChargeStatus;
import dev.tollgate.rating.Usage;
import java.math.BigInteger;
import java.time.Instant;

/// What a call used and cost, as an entry of the ledger states it.
///
/// @param sign 1, or -1 of an entry that takes another one back
/// @param tier of service, as it was called for
record Used(
    int sign,
    Instant time,
    String tier,
    String region,
    Usage usage,
    String currency,
    BigInteger cost,
    ChargeStatus status) {
  static Used read(Row row) {
    var status = ChargeStatus.valueOf(row.text("status"));
    return new Used(
        (int) row.integer("signed"),
        Instant.ofEpochMilli(row.integer("happened")),
        row.text("tier"),
        row.text("place"),
        usage(row, status),
        row.text("currency_code"),
        row.bigInteger("cost"),
        status);
  }

  private static Usage usage(Row row, ChargeStatus status) {
    return switch (status) {
      case USAGE_MISSING, USAGE_INVALID -> Usage.MISSING;
      case PRICED, PRICED_ZERO, UNPRICED_MODEL, UNPRICED_BUCKET, ESTIMATED, PROVIDER_REPORTED ->
          Usage.of(row.map("used"));
    };
  }

  /// The same call of another model.
  Call by(ModelCandidate candidate) {
    return new Call(
        candidate.getProvider(),
        candidate.getModel(),
        time,
        candidate.getServiceTier().isEmpty() ? tier : candidate.getServiceTier(),
        candidate.getRegion().isEmpty() ? region : candidate.getRegion(),
        usage);
  }

  BigInteger signed(BigInteger amount) {
    return sign < 0 ? amount.negate() : amount;
  }
}

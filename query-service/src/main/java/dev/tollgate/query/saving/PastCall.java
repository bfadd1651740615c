package dev.tollgate.query.saving;

import dev.tollgate.kernel.clickhouse.Row;
import dev.tollgate.rating.Bucket;
import dev.tollgate.rating.Call;
import dev.tollgate.rating.ChargeStatus;
import dev.tollgate.rating.Usage;
import java.math.BigInteger;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/// A call as it was made.
///
/// @param input what tells its input from others; empty where that is not known
/// @param systemTokens of its system prompt, 0 where that is not known
/// @param outputLimit 0 where none was asked for, or that is not known
/// @param unattended whether nobody is named who would wait for it
record PastCall(
    String event,
    Instant time,
    Work work,
    String region,
    String tier,
    Map<String, Long> usage,
    String currency,
    BigInteger cost,
    ChargeStatus status,
    String input,
    long systemTokens,
    long outputLimit,
    boolean unattended) {
  PastCall {
    usage = Map.copyOf(usage);
  }

  static PastCall read(Row row) {
    return new PastCall(
        row.text("event"),
        Instant.ofEpochMilli(row.integer("happened")),
        Work.read(row),
        row.text("place"),
        row.text("tier"),
        row.map("used"),
        row.text("currency_code"),
        row.bigInteger("cost"),
        ChargeStatus.valueOf(row.text("status")),
        row.text("input"),
        row.integer("system_tokens"),
        row.integer("output_limit"),
        row.flag("unattended"));
  }

  long quantity(Bucket bucket) {
    return usage.getOrDefault(bucket.bucketName(), 0L);
  }

  boolean isStandard() {
    return tier.isEmpty() || tier.equals("standard");
  }

  /// As it was.
  Call call() {
    return as(work.provider(), work.model(), tier, usage);
  }

  /// By another model.
  Call by(Work other) {
    return as(other.provider(), other.model(), tier, usage);
  }

  Call inTier(String other) {
    return as(work.provider(), work.model(), other, usage);
  }

  /// With so much moved from one bucket to another.
  Call moving(long quantity, Bucket from, Bucket to) {
    var moved = new HashMap<>(usage);
    moved.merge(from.bucketName(), -quantity, Long::sum);
    moved.merge(to.bucketName(), quantity, Long::sum);
    return as(work.provider(), work.model(), tier, moved);
  }

  /// With less of a bucket.
  Call without(long quantity, Bucket bucket) {
    var less = new HashMap<>(usage);
    less.merge(bucket.bucketName(), -quantity, Long::sum);
    return as(work.provider(), work.model(), tier, less);
  }

  private Call as(String provider, String model, String otherTier, Map<String, Long> used) {
    return new Call(provider, model, time, otherTier, region, Usage.of(used));
  }
}

package dev.tollgate.query.search;

import com.google.protobuf.Duration;
import dev.tollgate.kernel.clickhouse.Row;
import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.ingest.v1.ServedFrom;
import dev.tollgate.proto.ingest.v1.TerminalStatus;
import dev.tollgate.proto.pricing.v1.ChargeStatus;
import dev.tollgate.proto.query.v1.UsageRow;
import dev.tollgate.query.answer.Wire;
import dev.tollgate.query.statement.LedgerStatement;
import dev.tollgate.query.statement.Sum;
import dev.tollgate.query.statement.Sums;
import java.time.Instant;
import java.util.Arrays;

/// A row of `search_rows.sql` as the contract has it.
final class SearchRow {
  private final Row row;
  private final Hit.Key key;
  private final Sums sums;

  private SearchRow(Row row, Hit.Key key, Sums sums) {
    this.row = row;
    this.key = key;
    this.sums = sums;
  }

  /// All of it, with the user's surrogate in place of the name.
  static UsageRow read(Row row, Hit.Key key, Sums sums) {
    var read = new SearchRow(row, key, sums);
    var event = UsageRow.newBuilder();
    read.money(event);
    read.provenance(event);
    read.consumption(event);
    read.attempt(event);
    return event.setDimensions(read.dimensions()).build();
  }

  private void money(UsageRow.Builder event) {
    event
        .setEventId(key.eventId())
        .setEventTime(Times.timestamp(Instant.ofEpochMilli(key.millis())))
        .setReceivedTime(Times.timestamp(row.instant("received")))
        .setCost(Wire.money(key.currency(), sums.get(Sum.COST)))
        .setListCost(Wire.money(key.currency(), sums.get(Sum.LIST_COST)))
        .setChargeCost(money("charge_cost"))
        .setReversalCost(money("reversal_cost"))
        .setAdjustmentCost(money("adjustment_cost"))
        .setEntries(small("entries"))
        .setEvents(Math.toIntExact(sums.count(Sum.EVENTS)))
        .setLowerBound(sums.count(Sum.UNPRICED_EVENTS) > 0);
  }

  private void provenance(UsageRow.Builder event) {
    event
        .setChargeStatus(
            known(ChargeStatus.values(), "CHARGE_STATUS_", "status", ChargeStatus.UNRECOGNIZED))
        .setPriceBook(row.text("book"))
        .addAllPriceIds(row.<String>list("prices"))
        .setEngineVersion(row.text("engine"))
        .setRepricingId(row.text("repricing"))
        .setRounded(row.flag("was_rounded"))
        .setCountedTime(Times.timestamp(row.instant("counted")))
        .setAttributionRule(row.text("rule"))
        .setBackfilled(row.flag("was_backfilled"));
  }

  private void consumption(UsageRow.Builder event) {
    event
        .setServiceTier(row.text("tier"))
        .putAllUsage(row.<Long>map("used"))
        .setInputTokens(row.integer("input"))
        .setCacheReadTokens(row.integer("cache_read"))
        .setCacheWriteTokens(row.integer("cache_write"))
        .setOutputTokens(row.integer("output"))
        .setReasoningTokens(row.integer("reasoning"))
        .setRequestedMaxOutputTokens(row.integer("output_max"))
        .setSystemPromptTokens(row.integer("system_prompt"))
        .setServedFrom(
            known(ServedFrom.values(), "SERVED_FROM_", "served", ServedFrom.UNRECOGNIZED));
  }

  private void attempt(UsageRow.Builder event) {
    event
        .setLogicalRequestId(row.text("logical_request"))
        .setAttempt(small("attempt_number"))
        .setTerminalStatus(
            known(
                TerminalStatus.values(), "TERMINAL_STATUS_", "ended", TerminalStatus.UNRECOGNIZED))
        .setErrorCode(row.text("error"))
        .setFinishReason(row.text("finish"));
    var latency = row.integer("latency");
    if (latency > 0) {
      event.setLatency(duration(latency));
    }
    var firstToken = row.integer("first_token");
    if (firstToken > 0) {
      event.setTimeToFirstToken(duration(firstToken));
    }
    var quality = row.number("quality");
    if (quality >= 0) {
      event.setQualityScore(quality);
    }
  }

  private Dimensions dimensions() {
    var dimensions = Dimensions.newBuilder().putAllTags(row.<String>map("all_tags"));
    for (var i = 0; i < Dimension.ALL.size(); i++) {
      Dimension.ALL.get(i).write(dimensions, row.text(LedgerStatement.group(i)));
    }
    return dimensions.build();
  }

  private Money money(String column) {
    return Wire.money(key.currency(), row.bigInteger(column));
  }

  private int small(String column) {
    return Math.toIntExact(row.integer(column));
  }

  /* What the ledger does not say is UNSPECIFIED: so is what a later version of ingest wrote. */
  private <E extends Enum<E>> E known(E[] values, String prefix, String column, E unrecognized) {
    var name = prefix + row.text(column);
    return Arrays.stream(values)
        .filter(value -> value != unrecognized && value.name().equals(name))
        .findFirst()
        .orElse(values[0]);
  }

  private static Duration duration(long millis) {
    return Duration.newBuilder()
        .setSeconds(millis / 1_000)
        .setNanos((int) (millis % 1_000) * 1_000_000)
        .build();
  }
}

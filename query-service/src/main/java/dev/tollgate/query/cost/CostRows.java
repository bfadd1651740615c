package dev.tollgate.query.cost;

import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.query.v1.CostRow;
import dev.tollgate.proto.query.v1.Measure;
import dev.tollgate.proto.query.v1.UnattributedCost;
import dev.tollgate.query.answer.Wire;
import dev.tollgate.query.statement.Sum;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;

/// Lines as rows of an answer: the measures that were asked for, and those that follow from sums.
final class CostRows {
  private static final BigInteger TOKENS = BigInteger.valueOf(1_000);

  private final CostQuestion question;

  CostRows(CostQuestion question) {
    this.question = question;
  }

  /// The row of a line whose group people know as `group`.
  CostRow row(CostLine line, List<String> group, Latency latency) {
    var row = measured(line, latency).addAllGroup(group).setOther(line.other());
    if (question.bucketed()) {
      row.setStartTime(Times.timestamp(Instant.ofEpochSecond(line.bucket())));
    }
    return row.build();
  }

  CostRow total(CostLine line, Latency latency) {
    return measured(line, latency).build();
  }

  /// @param total of the currency
  UnattributedCost missing(String dimension, CostLine total, Missing missing) {
    var answer =
        UnattributedCost.newBuilder()
            .setDimension(dimension)
            .setCost(Wire.money(missing.currency(), missing.cost()))
            .setEvents(missing.events());
    var whole = total.sums().get(Sum.COST);
    return whole.signum() > 0
        ? answer.setShare(Wire.share(missing.cost(), whole)).build()
        : answer.build();
  }

  private CostRow.Builder measured(CostLine line, Latency latency) {
    var sums = line.sums();
    var row =
        CostRow.newBuilder()
            .setCost(Wire.money(line.currency(), sums.get(Sum.COST)))
            .setEvents(sums.count(Sum.EVENTS))
            .setUnpricedEvents(sums.count(Sum.UNPRICED_EVENTS))
            .setLowerBound(sums.count(Sum.UNPRICED_EVENTS) > 0)
            .putAllUsage(line.usage());
    for (var measure : question.measures()) {
      measure(row, line, measure, latency);
    }
    if (question.earlier().isPresent()) {
      row.setPreviousCost(Wire.money(line.currency(), line.earlier().get(Sum.COST)))
          .setPreviousEvents(line.earlier().count(Sum.EVENTS))
          .setPreviousUnpricedEvents(line.earlier().count(Sum.UNPRICED_EVENTS));
    }
    return row;
  }

  private static void measure(
      CostRow.Builder row, CostLine line, Measure measure, Latency latency) {
    var sums = line.sums();
    switch (measure) {
      case MEASURE_LIST_COST ->
          row.setListCost(Wire.money(line.currency(), sums.get(Sum.LIST_COST)));
      case MEASURE_REQUESTS -> row.setRequests(requests(line)).setRetries(sums.count(Sum.RETRIES));
      case MEASURE_ERRORS -> row.setErrors(sums.count(Sum.ERRORS));
      case MEASURE_TOKENS ->
          row.setInputTokens(sums.count(Sum.INPUT_TOKENS))
              .setCacheReadTokens(sums.count(Sum.CACHE_READ_TOKENS))
              .setCacheWriteTokens(sums.count(Sum.CACHE_WRITE_TOKENS))
              .setOutputTokens(sums.count(Sum.OUTPUT_TOKENS))
              .setReasoningTokens(sums.count(Sum.REASONING_TOKENS));
      case MEASURE_COST_PER_1000_TOKENS -> {
        var tokens = sums.get(Sum.INPUT_TOKENS).add(sums.get(Sum.OUTPUT_TOKENS));
        if (tokens.signum() > 0) {
          var cost = sums.get(Sum.COST).multiply(TOKENS);
          row.setCostPer1000Tokens(Wire.per(line.currency(), cost, tokens));
        }
      }
      case MEASURE_COST_PER_REQUEST -> {
        var requests = requests(line);
        if (requests > 0) {
          row.setCostPerRequest(
              Wire.per(line.currency(), sums.get(Sum.COST), BigInteger.valueOf(requests)));
        }
      }
      case MEASURE_LATENCY -> row.setLatency(latency.whole().onWire());
      case MEASURE_TIME_TO_FIRST_TOKEN -> row.setTimeToFirstToken(latency.firstToken().onWire());
      case MEASURE_COST,
          MEASURE_EVENTS,
          MEASURE_UNPRICED_EVENTS,
          MEASURE_USAGE,
          MEASURE_UNSPECIFIED,
          UNRECOGNIZED -> {
        // There already, or refused when the request was read.
      }
    }
  }

  private static long requests(CostLine line) {
    return line.sums().count(Sum.EVENTS) - line.sums().count(Sum.RETRIES);
  }
}

package dev.tollgate.query.compare;

import dev.tollgate.kernel.clickhouse.Row;
import dev.tollgate.proto.query.v1.ModelObservation;
import dev.tollgate.query.answer.Times;
import dev.tollgate.query.estimate.Mean;
import dev.tollgate.query.estimate.Proportion;

/// How calls went.
///
/// @param finished calls that were not given up
record Observed(
    long calls,
    long finished,
    long errors,
    Mean quality,
    Mean output,
    Times latency,
    Times firstToken) {
  static final Observed NONE =
      new Observed(0, 0, 0, new Mean(0, 0, 0), new Mean(0, 0, 0), Times.NONE, Times.NONE);

  static Observed read(Row row) {
    return new Observed(
        row.integer("calls"),
        row.integer("calls") - row.integer("cancelled"),
        row.integer("errors"),
        new Mean(row.integer("qualities"), row.number("quality"), row.number("quality_variance")),
        new Mean(row.integer("successes"), row.number("output"), row.number("output_variance")),
        Times.read(row, "latency"),
        Times.read(row, "first_token"));
  }

  ModelObservation onWire() {
    var wire =
        ModelObservation.newBuilder()
            .setCalls(calls)
            .setLatency(latency.onWire())
            .setTimeToFirstToken(firstToken.onWire());
    if (finished > 0) {
      wire.setSuccessRate(new Proportion(finished - errors, finished).interval());
    }
    quality.interval().ifPresent(wire::setQualityScore);
    output.interval().ifPresent(wire::setOutputTokens);
    return wire.build();
  }
}

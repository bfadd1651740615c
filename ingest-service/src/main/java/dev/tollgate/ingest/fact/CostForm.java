package dev.tollgate.ingest.fact;

import dev.tollgate.ingest.encode.FactRow;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.ingest.v1.CostLine;
import dev.tollgate.proto.ingest.v1.FactResult;
import dev.tollgate.proto.ingest.v1.HandOverRequest;
import dev.tollgate.proto.ingest.v1.HandOverResponse;
import dev.tollgate.proto.ingest.v1.RecordCostsRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// What is promised of cost lines.
record CostForm() implements FactForm<CostLine> {
  private static final Instant TIME_MIN = Instant.parse("2000-01-01T00:00:00Z");
  private static final Instant TIME_MAX = Instant.parse("2100-01-01T00:00:00Z");
  private static final Duration PERIOD_MAX = Duration.ofDays(3_660);

  @Override
  public FactRow<CostLine> row() {
    return FactRow.COST_LINES;
  }

  @Override
  public String id(CostLine line) {
    return line.getCostId();
  }

  @Override
  public long eventMillis(CostLine line) {
    return 0;
  }

  @Override
  public void check(Fields fields, CostLine line, Caller caller, Instant now) {
    fields.token("cost_id", line.getCostId(), FactFields.ID_MAX);
    fields.token("category", line.getCategory(), FactFields.TOKEN_MAX);
    fields.text("description", line.getDescription(), 0, FactFields.DESCRIPTION_MAX);
    var _ =
        fields.amount(
            "amount",
            line.getAmount(),
            FactFields.PICOS_SCALE,
            FactFields.AMOUNT_MAX.negate(),
            FactFields.AMOUNT_MAX);
    period(fields, line);
    FactFields.dimensions(fields, line.getDimensions(), caller);
    FactFields.optionalId(fields, "supersedes", line.getSupersedes());
    if (!line.getSupersedes().isEmpty() && line.getSupersedes().equals(line.getCostId())) {
      fields.rejectText("supersedes", line.getSupersedes(), "another line's id");
    }
  }

  private static void period(Fields fields, CostLine line) {
    var start =
        fields.instant("start_time", line.hasStartTime(), line.getStartTime(), TIME_MIN, TIME_MAX);
    if (line.hasEndTime()) {
      var latest = start.plus(PERIOD_MAX);
      var _ =
          fields.instant(
              "end_time",
              true,
              line.getEndTime(),
              start,
              latest.isBefore(TIME_MAX) ? latest : TIME_MAX);
    }
  }

  @Override
  public HandOverRequest.Builder request(List<CostLine> messages) {
    return HandOverRequest.newBuilder()
        .setCosts(RecordCostsRequest.newBuilder().addAllCostLines(messages));
  }

  @Override
  public List<FactResult> results(HandOverResponse response) {
    return response.getCosts().getResultsList();
  }

  @Override
  public Dimensions dimensions(CostLine line) {
    return line.getDimensions();
  }

  @Override
  public CostLine attributed(CostLine line, Dimensions dimensions) {
    return line.toBuilder().setDimensions(dimensions).build();
  }
}

package dev.tollgate.ingest.fact;

import dev.tollgate.ingest.encode.FactRow;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.ingest.v1.FactResult;
import dev.tollgate.proto.ingest.v1.HandOverRequest;
import dev.tollgate.proto.ingest.v1.HandOverResponse;
import dev.tollgate.proto.ingest.v1.Outcome;
import dev.tollgate.proto.ingest.v1.OutcomeResult;
import dev.tollgate.proto.ingest.v1.RecordOutcomesRequest;
import java.time.Instant;
import java.util.List;

/// What is promised of outcomes.
record OutcomeForm(FactFields common) implements FactForm<Outcome> {
  @Override
  public FactRow<Outcome> row() {
    return FactRow.OUTCOMES;
  }

  @Override
  public String id(Outcome outcome) {
    return outcome.getOutcomeId();
  }

  @Override
  public long eventMillis(Outcome outcome) {
    return FactFields.millis(outcome.getOutcomeTime());
  }

  @Override
  public void check(Fields fields, Outcome outcome, Caller caller, Instant now) {
    fields.token("outcome_id", outcome.getOutcomeId(), FactFields.ID_MAX);
    var _ =
        common.time(
            fields, "outcome_time", outcome.hasOutcomeTime(), outcome.getOutcomeTime(), now);
    fields.token("kind", outcome.getKind(), FactFields.TOKEN_MAX);
    fields.specified("result", outcome.getResult(), outcome.getResultValue());
    FactFields.optionalId(fields, "supersedes", outcome.getSupersedes());
    if (outcome.getResult() == OutcomeResult.OUTCOME_RESULT_REVERSED
        && outcome.getSupersedes().isEmpty()) {
      fields.reject("supersedes", "missing", "the id of the outcome that is reversed");
    }
    if (!outcome.getSupersedes().isEmpty()
        && outcome.getSupersedes().equals(outcome.getOutcomeId())) {
      fields.rejectText("supersedes", outcome.getSupersedes(), "another outcome's id");
    }
    if (outcome.hasValue()) {
      var _ =
          fields.amount("value", outcome.getValue(), FactFields.PICOS_SCALE, FactFields.AMOUNT_MAX);
    }
    reference(fields, outcome);
    FactFields.dimensions(fields, outcome.getDimensions(), caller);
    var score = outcome.getQualityScore();
    if (outcome.hasQualityScore() && !(score >= 0 && score <= 1)) {
      fields.reject("quality_score", "" + score, "0 to 1");
    }
  }

  private static void reference(Fields fields, Outcome outcome) {
    var dimensions = outcome.getDimensions();
    if (dimensions.getRequest().isEmpty()
        && dimensions.getInteraction().isEmpty()
        && dimensions.getSession().isEmpty()
        && dimensions.getTrace().isEmpty()) {
      fields.reject("dimensions", "refers to nothing", "request, interaction, session or trace");
    }
  }

  @Override
  public HandOverRequest.Builder request(List<Outcome> messages) {
    return HandOverRequest.newBuilder()
        .setOutcomes(RecordOutcomesRequest.newBuilder().addAllOutcomes(messages));
  }

  @Override
  public List<FactResult> results(HandOverResponse response) {
    return response.getOutcomes().getResultsList();
  }

  @Override
  public Dimensions dimensions(Outcome outcome) {
    return outcome.getDimensions();
  }

  @Override
  public Outcome attributed(Outcome outcome, Dimensions dimensions) {
    return outcome.toBuilder().setDimensions(dimensions).build();
  }
}

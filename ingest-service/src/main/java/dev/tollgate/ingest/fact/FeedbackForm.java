package dev.tollgate.ingest.fact;

import com.google.protobuf.util.Timestamps;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.ingest.v1.Outcome;
import dev.tollgate.proto.ingest.v1.OutcomeResult;
import dev.tollgate.proto.ingest.v1.RecordFeedbackRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;

/// What one person thinks of an answer, as an outcome.
final class FeedbackForm {
  /*
   * All verdicts of one person on one subject supersede the same id, which itself never exists: of
   * those the latest counts. So nothing need be read to change a verdict, and presses may come in
   * any order, more than once.
   */
  private static final String KIND = "feedback";
  private static final double SUCCESS_MIN = 0.5;
  private static final int HASH_BYTES = 16;

  private FeedbackForm() {}

  /// The outcome that it is, as far as it is well formed.
  static Outcome outcome(Fields fields, RecordFeedbackRequest request, Instant now) {
    var millis =
        request.hasFeedbackTime()
            ? FactFields.millis(request.getFeedbackTime())
            : now.toEpochMilli();
    var outcome =
        Outcome.newBuilder()
            .setOutcomeTime(
                request.hasFeedbackTime()
                    ? request.getFeedbackTime()
                    : Timestamps.fromMillis(millis))
            .setKind(KIND)
            .setDimensions(subject(fields, request));
    verdict(fields, request, outcome);
    var verdictOf = KIND + "/" + hash(request);
    return outcome.setSupersedes(verdictOf).setOutcomeId(verdictOf + "/" + millis).build();
  }

  private static Dimensions subject(Fields fields, RecordFeedbackRequest request) {
    var dimensions = Dimensions.newBuilder().setUser(request.getUser());
    switch (request.getSubjectCase()) {
      case REQUEST -> dimensions.setRequest(given(fields, "request", request.getRequest()));
      case INTERACTION ->
          dimensions.setInteraction(given(fields, "interaction", request.getInteraction()));
      case SESSION -> dimensions.setSession(given(fields, "session", request.getSession()));
      case TRACE -> dimensions.setTrace(given(fields, "trace", request.getTrace()));
      case SUBJECT_NOT_SET ->
          fields.reject("subject", "missing", "request, interaction, session or trace");
    }
    fields.text("user", request.getUser(), 0, Fields.DIMENSION_VALUE_MAX);
    return dimensions.build();
  }

  private static String given(Fields fields, String field, String value) {
    return fields.text(field, value, 1, Fields.DIMENSION_VALUE_MAX);
  }

  private static void verdict(
      Fields fields, RecordFeedbackRequest request, Outcome.Builder outcome) {
    switch (request.getVerdictCase()) {
      case THUMB -> {
        fields.specified("thumb", request.getThumb(), request.getThumbValue());
        outcome.setResult(
            switch (request.getThumb()) {
              case THUMB_UP -> OutcomeResult.OUTCOME_RESULT_SUCCESS;
              case THUMB_DOWN -> OutcomeResult.OUTCOME_RESULT_FAILURE;
              case THUMB_WITHDRAWN -> OutcomeResult.OUTCOME_RESULT_REVERSED;
              case THUMB_UNSPECIFIED, UNRECOGNIZED -> OutcomeResult.OUTCOME_RESULT_UNSPECIFIED;
            });
      }
      case SCORE -> {
        var score = request.getScore();
        if (!(score >= 0 && score <= 1)) {
          fields.reject("score", "" + score, "0 to 1");
        }
        outcome
            .setQualityScore(score)
            .setResult(
                score >= SUCCESS_MIN
                    ? OutcomeResult.OUTCOME_RESULT_SUCCESS
                    : OutcomeResult.OUTCOME_RESULT_FAILURE);
      }
      case VERDICT_NOT_SET -> fields.reject("verdict", "missing", "thumb or score");
    }
  }

  /// Stands for the person and the subject.
  private static String hash(RecordFeedbackRequest request) {
    var subject =
        switch (request.getSubjectCase()) {
          case REQUEST -> request.getRequest();
          case INTERACTION -> request.getInteraction();
          case SESSION -> request.getSession();
          case TRACE -> request.getTrace();
          case SUBJECT_NOT_SET -> "";
        };
    var text = request.getSubjectCase().name() + "\0" + subject + "\0" + request.getUser();
    try {
      var hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}

package dev.tollgate.kernel.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.failure.Failure.Violation;
import dev.tollgate.proto.ingest.v1.RecordFeedbackRequest;
import dev.tollgate.proto.ingest.v1.StreamUsageRequest;
import dev.tollgate.proto.quota.v1.SettleRequest;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class MistakesTest {
  private static final int MANY = 1_000_000;

  @Test
  @Timeout(20)
  void in_millionsOfMistakes_findsTheFirst() {
    var list = "{\"events\": [" + String.join(",", Collections.nCopies(MANY, "1")) + "]}";

    var found = Mistakes.in(StreamUsageRequest.getDescriptor(), Json.own(list));

    assertThat(found).hasSize(16);
    assertThat(found.getFirst().field()).isEqualTo("events[0]");
  }

  @Test
  @Timeout(20)
  void in_mistakeBehindAMillionGoodElements_isNotSearchedFor() {
    var list = "{\"events\": [" + "{},".repeat(MANY) + "1]}";

    assertThat(Mistakes.in(StreamUsageRequest.getDescriptor(), Json.own(list))).isEmpty();
  }

  @Test
  void in_unknownEnumValue_namesThoseThatThereAre() {
    var found = Mistakes.in(RecordFeedbackRequest.getDescriptor(), Json.own("{\"thumb\": \"UP\"}"));

    assertThat(found)
        .containsExactly(
            new Violation(
                "thumb", "\"UP\" (expected: one of THUMB_UP, THUMB_DOWN, THUMB_WITHDRAWN)"));
  }

  @Test
  @Timeout(20)
  void in_largeMaps_findsTheFirst() {
    var map = new StringBuilder("{\"usage\": {\"buckets\": {\"a\": {}");
    for (int i = 0; i < 100_000; i++) {
      map.append(",\"k").append(i).append("\": {}");
    }

    assertThat(Mistakes.in(SettleRequest.getDescriptor(), Json.own(map + "}}}"))).hasSize(16);
  }
}

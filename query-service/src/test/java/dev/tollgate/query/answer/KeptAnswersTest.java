package dev.tollgate.query.answer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tollgate.proto.query.v1.GetCostResponse;
import dev.tollgate.time.FakeTime;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeptAnswersTest {
  private static final GetCostResponse ANSWER =
      GetCostResponse.newBuilder().setNextPageToken("t".repeat(1_000)).build();

  private final FakeTime time = new FakeTime(Instant.parse("2026-08-01T00:00:00Z"));

  @Test
  void find_withinTheTime_isTheAnswerToThatQuestionOnly() {
    var kept = new KeptAnswers(2, 1 << 20, time);
    kept.keep(binding("a"), ANSWER);

    time.advance(Duration.ofMillis(1_999));
    assertThat(kept.find(binding("a"))).contains(ANSWER);
    assertThat(kept.find(binding("b"))).isEmpty();

    time.advance(Duration.ofMillis(1));
    assertThat(kept.find(binding("a"))).isEmpty();
  }

  @Test
  void keep_moreBytesThanThereMayBe_keepsSome() {
    var kept = new KeptAnswers(60, 100_000, time);
    for (var i = 0; i < 1_000; i++) {
      kept.keep(binding("q" + i), ANSWER);
    }

    var found =
        IntStream.range(0, 1_000).filter(i -> kept.find(binding("q" + i)).isPresent()).count();
    assertThat(found).isBetween(1L, 25L);
  }

  @Test
  void keep_turnedOff_keepsNothing() {
    var kept = new KeptAnswers(0, 1 << 20, time);
    kept.keep(binding("a"), ANSWER);

    assertThat(kept.find(binding("a"))).isEmpty();
  }

  private static ByteString binding(String text) {
    return ByteString.copyFromUtf8(text);
  }
}

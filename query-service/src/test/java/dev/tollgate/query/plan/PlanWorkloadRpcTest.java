package dev.tollgate.query.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.books.PriceBooks;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.query.v1.ModelCandidate;
import dev.tollgate.proto.query.v1.PlanWorkloadRequest;
import dev.tollgate.proto.query.v1.PlanWorkloadResponse;
import dev.tollgate.proto.query.v1.PlannedCost;
import dev.tollgate.query.compare.TestBook;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlanWorkloadRpcTest {
  private static final Instant NOW = Instant.parse("2026-11-29T00:00:00Z");

  private final PlanWorkloadRpc rpc = new PlanWorkloadRpc(TestBook.books(), () -> NOW);

  /// Two messages: 1,000 + 100 tokens, then 1,000 + 100 + 50 + 100. By hand, in millionths of a
  /// dollar per 1,000 sessions.
  @Test
  void answer_historySentAgain_isReadFromTheCacheWhereItWasSentBefore() {
    var answer = ask(workload(2, true).addCandidates(model("p", "full")).build());

    var row = answer.getRows(0);
    assertThat(answer.getInputTokens()).isEqualTo(1_000 * (1_100 + 1_250));
    assertThat(answer.getOutputTokens()).isEqualTo(1_000 * 2 * (50 + 10));
    assertThat(answer.getPriceBook()).isEqualTo("default@3");
    // 2,350 in at 2, 120 out at 10.
    assertThat(cost(row.getStandard())).isEqualTo("5.900000000000");
    // 1,100 + 150 written at 2.5, 1,100 read at 0.2, 120 out at 10.
    assertThat(cost(row.getCached())).isEqualTo("4.545000000000");
    // 2,350 in at 1, 120 out at 5.
    assertThat(cost(row.getBatch())).isEqualTo("2.950000000000");
  }

  /// The second message sends the system prompt again, and no more.
  @Test
  void answer_noHistory_cachesTheSystemPromptAlone() {
    var answer = ask(workload(2, false).addCandidates(model("p", "full")).build());

    var row = answer.getRows(0);
    assertThat(answer.getInputTokens()).isEqualTo(1_000 * 2 * 1_100);
    // 2,200 in at 2, 120 out at 10.
    assertThat(cost(row.getStandard())).isEqualTo("5.600000000000");
    // 1,000 written at 2.5, 1,000 read at 0.2, 200 in at 2, 120 out at 10.
    assertThat(cost(row.getCached())).isEqualTo("4.300000000000");
  }

  @Test
  void answer_writingToTheCacheWithoutPrice_isInput() {
    var answer = ask(workload(2, false).addCandidates(model("p", "plain")).build());

    // 1,200 in at 0.3, 1,000 read at 0.03, 120 out at 1.2.
    assertThat(cost(answer.getRows(0).getCached())).isEqualTo("0.534000000000");
  }

  @Test
  void answer_whatBooksDoNotPrice_isNamedAndNotZero() {
    var answer =
        ask(
            workload(2, true)
                .addCandidates(model("q", "bare"))
                .addCandidates(model("q", "nothing"))
                .build());

    var bare = answer.getRows(0);
    assertThat(cost(bare.getStandard())).isEqualTo("0.248500000000");
    assertThat(bare.getCached().getUnpriced()).isEqualTo("cache_read");
    assertThat(bare.getBatch().getUnpriced()).isEqualTo("input, output, reasoning");
    assertThat(bare.getBatch().hasCost()).isFalse();
    assertThat(answer.getRows(1).getStandard().getUnpriced()).isEqualTo("input, output, reasoning");
  }

  @Test
  void answer_severalMistakes_areNamedTogether() {
    var request =
        PlanWorkloadRequest.newBuilder()
            .setMessagesPerSession(1_001)
            .setInputTokensPerMessage(-1)
            .addCandidates(model("p", "full"))
            .addCandidates(model("p", "full"))
            .addCandidates(model("", "full").setServiceTier("batch"))
            .build();

    assertThatThrownBy(() -> ask(request))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.reason()).isEqualTo(Reason.FIELD_INVALID);
              assertThat(failure.violations())
                  .extracting(Failure.Violation::field)
                  .containsExactly(
                      "sessions",
                      "messages_per_session",
                      "input_tokens_per_message",
                      "candidates[1]",
                      "candidates[2].provider",
                      "candidates[2].service_tier");
            });
  }

  @Test
  void answer_beforeABookHasArrived_isUnavailable() {
    var early = new PlanWorkloadRpc(new PriceBooks(), () -> NOW);
    var request = workload(1, false).addCandidates(model("p", "full")).build();

    assertThatThrownBy(() -> early.answer(request, caller()))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> assertThat(failure.reason()).isEqualTo(Reason.SERVICE_UNAVAILABLE));
  }

  private PlanWorkloadResponse ask(PlanWorkloadRequest request) {
    return rpc.answer(request, caller());
  }

  private static Caller caller() {
    return new Caller("key", Set.of(Role.ROLE_READER), "acme", Map.of());
  }

  private static PlanWorkloadRequest.Builder workload(int messages, boolean resend) {
    return PlanWorkloadRequest.newBuilder()
        .setSessions(1_000)
        .setMessagesPerSession(messages)
        .setInputTokensPerMessage(100)
        .setOutputTokensPerMessage(50)
        .setReasoningTokensPerMessage(10)
        .setSystemPromptTokens(1_000)
        .setResendHistory(resend);
  }

  private static ModelCandidate.Builder model(String provider, String model) {
    return ModelCandidate.newBuilder().setProvider(provider).setModel(model);
  }

  private static String cost(PlannedCost planned) {
    assertThat(planned.getUnpriced()).isEmpty();
    assertThat(planned.getCost().getCurrencyCode()).isEqualTo("USD");
    return planned.getCost().getAmount();
  }
}

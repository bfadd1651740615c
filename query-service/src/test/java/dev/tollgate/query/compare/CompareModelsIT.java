package dev.tollgate.query.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Timestamp;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.query.v1.CompareModelsRequest;
import dev.tollgate.proto.query.v1.CompareModelsResponse;
import dev.tollgate.proto.query.v1.Filter;
import dev.tollgate.proto.query.v1.ModelCandidate;
import dev.tollgate.proto.query.v1.Source;
import dev.tollgate.query.admit.Limits;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.cost.TestLedger;
import dev.tollgate.query.ledger.Scale;
import dev.tollgate.query.page.PageTokens;
import dev.tollgate.secret.Secret;
import dev.tollgate.seed.Seeds;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.FakeTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

@NullMarked
@ExtendWith(StoresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CompareModelsIT {
  private static final FakeTime TIME = new FakeTime(Instant.parse("2026-12-01T00:00:00Z"));
  private static final Set<String> OF_A_MODEL = Set.of("provider", "model", "region", "endpoint");

  private final TestLedger ledger;
  private final String tenant;
  private final List<MadeUsage> made;
  private final CompareModelsRpc rpc;

  CompareModelsIT(Stores stores) throws Exception {
    this.ledger = TestLedger.open(stores);
    this.tenant = stores.tenant();
    this.made = MadeUsage.some(new Random(7), tenant, Scale.events(2_000));
    ledger.insertEntries(made.stream().map(MadeUsage::row).toList());
    for (var neighbour : Scale.neighbours(tenant)) {
      var theirs = MadeUsage.some(new Random(8), neighbour, Scale.events(500));
      ledger.insertEntries(theirs.stream().map(MadeUsage::row).toList());
    }
    var limits = new Limits(Duration.ofSeconds(20), 100_000_000, 1L << 30, 8, 0, 1 << 20);
    var answering =
        new Answering(ledger.clickHouse(), limits, new PageTokens(new Secret("key")), TIME);
    this.rpc = new CompareModelsRpc(answering, TestBook.books());
  }

  @AfterAll
  void close() {
    ledger.close();
  }

  @Test
  void answer_anyQuestion_isWhatPlainJavaRecomputes() {
    Seeds.check(
        "questions about models against a recomputation",
        60,
        600,
        (seed, random) -> {
          var request = request(random);
          var pins =
              switch (random.nextInt(4)) {
                case 0 -> Map.of("team", "a");
                case 1 -> Map.of("model", "plain");
                default -> Map.<String, String>of();
              };
          var answer = ask(request, pins);

          var recomputed = new RecomputedComparison(kept(request, pins));
          assertThat(answer.getActualCostsList())
              .as(request.toString())
              .extracting(each -> each.getCurrencyCode() + " " + each.getAmount())
              .isEqualTo(recomputed.costs());
          assertThat(answer.getUnpricedEvents()).isEqualTo(recomputed.unpriced());
          assertThat(answer.getBasis().getSource()).isEqualTo(Source.SOURCE_RAW);
          assertThat(answer.getBasis().getUnpricedEvents()).isEqualTo(recomputed.unpriced());
          RecomputedComparison.assertObserved(answer.getActual(), recomputed.entries());
          for (var i = 0; i < request.getCandidatesCount(); i++) {
            var candidate = request.getCandidates(i);
            var comparison = answer.getComparisons(i);
            assertThat(comparison.getCandidate()).isEqualTo(candidate);
            assertThat(RecomputedComparison.text(comparison))
                .as(candidate + " of " + request)
                .isEqualTo(recomputed.by(candidate));
            RecomputedComparison.assertObserved(
                comparison.getObserved(), observed(request, pins, candidate));
          }
        });
  }

  @Test
  void answer_noUsage_comparesNothing() {
    var request =
        CompareModelsRequest.newBuilder()
            .setStartTime(time(MadeUsage.START.minusSeconds(60)))
            .setEndTime(time(MadeUsage.START))
            .addCandidates(model("p", "full", ""))
            .build();

    var answer = ask(request, Map.of());

    assertThat(answer.getActual().getCalls()).isZero();
    assertThat(answer.getActualCostsList()).isEmpty();
    assertThat(answer.getComparisons(0).getRatedEvents()).isZero();
    assertThat(answer.getComparisons(0).hasSavingShare()).isFalse();
    assertThat(answer.getPriceBook()).isEqualTo("default@3");
  }

  @Test
  void answer_badCandidates_areRefused() {
    var range =
        CompareModelsRequest.newBuilder()
            .setStartTime(time(MadeUsage.START))
            .setEndTime(time(MadeUsage.START.plusSeconds(60)));
    assertInvalid(range.build(), "candidates (size): 0");
    assertInvalid(range.clone().addCandidates(model("p", "", "")).build(), "candidates[0].model");
    assertInvalid(
        range.clone().addCandidates(model("p", "x".repeat(257), "")).build(),
        "candidates[0].model");
    var twice = range.clone();
    twice.addCandidates(model("p", "full", "")).addCandidates(model("p", "full", ""));
    assertInvalid(twice.build(), "candidates[1]");
    var many = range.clone();
    for (var i = 0; i < 11; i++) {
      many.addCandidates(model("p", "m" + i, ""));
    }
    assertInvalid(many.build(), "candidates (size): 11");
  }

  private void assertInvalid(CompareModelsRequest request, String text) {
    assertThatThrownBy(() -> ask(request, Map.of()))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.reason()).isEqualTo(Reason.FIELD_INVALID);
              assertThat(failure.getMessage()).contains(text);
            });
  }

  private CompareModelsResponse ask(CompareModelsRequest request, Map<String, String> pins) {
    return rpc.answer(request, new Caller("key", Set.of(Role.ROLE_READER), tenant, pins));
  }

  private static CompareModelsRequest request(RandomGenerator random) {
    var from = random.nextLong(MadeUsage.DAYS * 86_400L);
    var start = MadeUsage.START.plusSeconds(from);
    var request =
        CompareModelsRequest.newBuilder()
            .setStartTime(time(start))
            .setEndTime(time(start.plusSeconds(1 + random.nextLong(4 * 86_400L))));
    if (random.nextBoolean()) {
      request.addFilters(
          Filter.newBuilder().setDimension("model").addValues("full").addValues("nothing"));
    }
    if (random.nextInt(3) == 0) {
      request.addFilters(Filter.newBuilder().setDimension("user").addValues("u-1"));
    }
    request.addCandidates(model("p", "full", MadeUsage.pick(random, "", "standard", "batch")));
    request.addCandidates(model("p", "plain", ""));
    request.addCandidates(model("q", "bare", MadeUsage.pick(random, "", "batch")));
    request.addCandidates(model("q", "nothing", ""));
    return request.build();
  }

  private List<MadeUsage> kept(CompareModelsRequest request, Map<String, String> pins) {
    return made.stream()
        .filter(each -> isInTime(each, request) && meets(each, request.getFiltersList(), pins))
        .toList();
  }

  private List<MadeUsage> observed(
      CompareModelsRequest request, Map<String, String> pins, ModelCandidate candidate) {
    var filters =
        request.getFiltersList().stream()
            .filter(each -> !OF_A_MODEL.contains(each.getDimension()))
            .toList();
    return made.stream()
        .filter(each -> isInTime(each, request) && meets(each, filters, pins))
        .filter(each ->
            candidate.getProvider().equals(each.dimensions().get("provider"))
                && candidate.getModel().equals(each.dimensions().get("model")))
        .toList();
  }

  private static boolean isInTime(MadeUsage made, CompareModelsRequest request) {
    var second = made.time().getEpochSecond();
    return second >= request.getStartTime().getSeconds()
        && second < request.getEndTime().getSeconds()
        && !made.fromCache();
  }

  private static boolean meets(MadeUsage made, List<Filter> filters, Map<String, String> pins) {
    return pins.entrySet().stream()
            .allMatch(pin -> pin.getValue().equals(made.dimensions().get(pin.getKey())))
        && filters.stream()
            .allMatch(filter ->
                filter
                    .getValuesList()
                    .contains(made.dimensions().getOrDefault(filter.getDimension(), "")));
  }

  private static ModelCandidate model(String provider, String model, String tier) {
    return ModelCandidate.newBuilder()
        .setProvider(provider)
        .setModel(model)
        .setServiceTier(tier)
        .build();
  }

  private static Timestamp time(Instant instant) {
    return Timestamp.newBuilder().setSeconds(instant.getEpochSecond()).build();
  }
}

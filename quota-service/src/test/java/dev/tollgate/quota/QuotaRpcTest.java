package dev.tollgate.quota;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.quota.v1.Actual;
import dev.tollgate.proto.quota.v1.ApplySettlementsRequest;
import dev.tollgate.proto.quota.v1.ApplySettlementsResponse;
import dev.tollgate.proto.quota.v1.CheckQuotaRequest;
import dev.tollgate.proto.quota.v1.CheckQuotaResponse;
import dev.tollgate.proto.quota.v1.GiveBack;
import dev.tollgate.proto.quota.v1.LimitUnit;
import dev.tollgate.proto.quota.v1.QuotaServiceGrpc;
import dev.tollgate.proto.quota.v1.QuotaServiceGrpc.QuotaServiceBlockingStub;
import dev.tollgate.proto.quota.v1.ReleaseRequest;
import dev.tollgate.proto.quota.v1.SettleRequest;
import dev.tollgate.proto.quota.v1.SettleResponse;
import dev.tollgate.proto.quota.v1.Settlement;
import dev.tollgate.proto.quota.v1.SettlementServiceGrpc;
import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.budget.Window;
import dev.tollgate.quota.check.CheckQuotaRpc;
import dev.tollgate.quota.check.Checks;
import dev.tollgate.quota.hold.Counter;
import dev.tollgate.quota.hold.CounterUnit;
import dev.tollgate.quota.hold.InMemoryHolds;
import dev.tollgate.quota.hold.Lives;
import dev.tollgate.quota.hold.Stand;
import dev.tollgate.quota.hold.Tokens;
import dev.tollgate.quota.price.PriceBooks;
import dev.tollgate.quota.price.TestBooks;
import dev.tollgate.quota.settle.ApplySettlementsRpc;
import dev.tollgate.quota.settle.SettleRpc;
import dev.tollgate.secret.Secret;
import dev.tollgate.testkit.Conformance;
import dev.tollgate.testkit.InProcess;
import dev.tollgate.time.FakeTime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Check, settle, release and apply on the wire, over the model of the store. A budget admits 1,000
/// nanos of USD, see TestBooks: a token of input costs 2,000, so it is raised where calls shall
/// pass.
class QuotaRpcTest {
  private static final Counter MONEY =
      new Counter("money", CounterUnit.COST_NANOS, Counter.NO_GROUP, 0, 0);

  @RegisterExtension final Conformance conformance = new Conformance();

  private final FakeTime time = new FakeTime(Instant.parse("2026-08-31T23:59:00Z"));
  private final InMemoryHolds holds = new InMemoryHolds(time);
  private final PriceBooks books = new PriceBooks();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private Policy policy = policy(Limit.cost("USD", 1_000_000), new Window.Lifetime());
  private InProcess server;

  @BeforeEach
  void start() {
    books.add(TestBooks.book(1), "");
    var tokens = new Tokens(new Secret("0123456789abcdef0123456789abcdef"));
    var lives = new Lives(holds.heads(), new Random(1));
    var checks = new Checks(tenant -> policy, books, holds, lives, tokens);
    server =
        InProcess.start(
            conformance,
            new QuotaRpc(
                new CheckQuotaRpc(checks, tokens, meters),
                new SettleRpc(holds, lives, books, tokens, meters)),
            new ApplySettlementsRpc(holds, holds.heads(), lives, tokens, meters));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void checkQuota_fits_isAllowedWithWhatIsHeld() {
    var allowed = check(ask("r")).getAllowed();

    assertThat(allowed.getReservationId()).hasSizeBetween(100, 1_024);
    assertThat(allowed.getMaxOutputTokens()).isEqualTo(50);
    assertThat(allowed.getClamped()).isFalse();
    assertThat(allowed.getHeldCost().getAmount()).isEqualTo("0.000700000000");
    assertThat(allowed.getHeldCost().getCurrencyCode()).isEqualTo("USD");
    assertThat(allowed.getPriceBookVersion()).isEqualTo("default@1");
    assertThat(allowed.getExpireTime().getSeconds())
        .isEqualTo(Instant.parse("2026-09-01T00:09:00Z").getEpochSecond());
    assertThat(money()).isEqualTo(new Stand(700_000, 700_000));
    assertThat(meters.counter("quota.decisions", "outcome", "allowed").count()).isEqualTo(1);
  }

  @Test
  void checkQuota_tooMuch_isDeniedWithTheBudget() {
    check(ask("r1"));

    var denied = check(ask("r2")).getDenied();

    assertThat(denied.getBudgetId()).isEqualTo("money");
    assertThat(denied.getBudgetDisplayName()).isEqualTo("Money");
    assertThat(denied.getUnit()).isEqualTo(LimitUnit.LIMIT_UNIT_COST);
    assertThat(denied.getRemaining()).isEqualTo("0.000300000000");
    assertThat(denied.getRequested()).isEqualTo("0.000700000000");
    assertThat(denied.hasResetTime()).isFalse();
    assertThat(denied.getMessage()).doesNotContainPattern("[0-9]").isNotEmpty();
    assertThat(meters.counter("quota.decisions", "outcome", "denied").count()).isEqualTo(1);
  }

  @Test
  void checkQuota_deniedInAMonth_saysWhenItEnds() {
    policy = policy(Limit.requests(0), Window.month(ZoneOffset.UTC));

    var denied = check(ask("r")).getDenied();

    assertThat(denied.getRemaining()).isEqualTo("0");
    assertThat(denied.getRequested()).isEqualTo("1");
    assertThat(denied.getResetTime().getSeconds())
        .isEqualTo(Instant.parse("2026-09-01T00:00:00Z").getEpochSecond());
    assertThat(denied.getRetryAfter().getSeconds()).isEqualTo(60);
  }

  @Test
  void checkQuota_lessFits_isClamped() {
    check(ask("r1"));

    var allowed =
        check(ask("r2").setInputTokens(0).setMinOutputTokens(10).setMaxOutputTokens(200))
            .getAllowed();

    assertThat(allowed.getClamped()).isTrue();
    assertThat(allowed.getMaxOutputTokens()).isEqualTo(30);
    assertThat(meters.counter("quota.decisions", "outcome", "clamped").count()).isEqualTo(1);
  }

  @Test
  void checkQuota_retried_isTheSameAnswer() {
    var first = check(ask("r"));
    time.advance(java.time.Duration.ofSeconds(30));

    assertThat(check(ask("r"))).isEqualTo(first);
    assertThat(money().encumbered()).isEqualTo(700_000);
  }

  @Test
  void checkQuota_sameTagsInAnotherOrder_areTheSameContent() {
    var first = ask("r");
    first.getDimensionsBuilder().putTags("a", "1").putTags("b", "2").putTags("c", "3");
    var second = ask("r");
    second.getDimensionsBuilder().putTags("c", "3").putTags("b", "2").putTags("a", "1");

    assertThat(check(second)).isEqualTo(check(first));
  }

  @Test
  void checkQuota_sameIdOtherContent_isReused() {
    check(ask("r"));

    assertReason("REQUEST_ID_REUSED", ask("r").setInputTokens(99));
    assertReason("REQUEST_ID_REUSED", ask("r").setServiceTier("standard"));
  }

  @Test
  void checkQuota_pinnedDimension_isFilledInAndNotOverridden() {
    policy =
        new Policy(
            List.of(budget(Map.of("team", "search"), Limit.requests(0), new Window.Lifetime())));
    var pinned = quota(caller("pinned", "acme", Map.of("team", "search")));
    var spoof = ask("r");
    spoof.getDimensionsBuilder().setTeam("ads");

    assertThat(pinned.checkQuota(ask("r").build()).hasDenied()).isTrue();
    assertThat(Refusal.of(() -> pinned.checkQuota(spoof.build())).reason())
        .isEqualTo("DIMENSION_FORBIDDEN");
  }

  @Test
  void checkQuota_badFields_areAllNamedAndNothingIsHeld() {
    var request =
        CheckQuotaRequest.newBuilder()
            .setInputTokens(-1)
            .setMaxOutputTokens(100_000_001)
            .setMinOutputTokens(-5)
            .setHoldDuration(Duration.newBuilder().setSeconds(1_000_000_000_000L))
            .setServiceTier("x".repeat(3_000_000));

    var refusal = Refusal.of(() -> check(request));

    assertThat(refusal.reason()).isEqualTo("FIELD_INVALID");
    assertThat(refusal.fields())
        .containsExactlyInAnyOrder(
            "request_id",
            "dimensions.provider",
            "dimensions.model",
            "input_tokens",
            "max_output_tokens",
            "min_output_tokens",
            "hold_duration",
            "service_tier");
    assertThat(money()).isEqualTo(new Stand(0, 0));
  }

  @Test
  void checkQuota_eachBadField_isNamed() {
    assertField("request_id", ask(""));
    assertField("request_id", ask("a b"));
    assertField("request_id", ask("x".repeat(129)));
    assertField("request_id", ask("ä"));
    assertField("input_tokens", ask("r").setInputTokens(Long.MIN_VALUE));
    assertField("input_tokens", ask("r").setInputTokens(Long.MAX_VALUE));
    assertField("min_output_tokens", ask("r").setMinOutputTokens(51));
    assertField("hold_duration", ask("r").setHoldDuration(Duration.getDefaultInstance()));
    assertField("hold_duration", ask("r").setHoldDuration(Duration.newBuilder().setSeconds(-1)));
    assertField(
        "hold_duration", ask("r").setHoldDuration(Duration.newBuilder().setSeconds(86_401)));
    assertField(
        "hold_duration",
        ask("r").setHoldDuration(Duration.newBuilder().setSeconds(2).setNanos(-1)));
    assertField("service_tier", ask("r").setServiceTier("gold"));
    var longTeam = ask("r");
    longTeam.getDimensionsBuilder().setTeam("x".repeat(257));
    assertField("dimensions.team", longTeam);
    var control = ask("r");
    control.getDimensionsBuilder().setUser("a\u0000b");
    assertField("dimensions.user", control);
    assertThat(money()).isEqualTo(new Stand(0, 0));
  }

  @Test
  void checkQuota_modelWithoutAPrice_isUnknown() {
    var ask = ask("r");
    ask.getDimensionsBuilder().setModel("nope");

    assertReason("MODEL_UNKNOWN", ask);
  }

  @Test
  void checkQuota_tenMegabytes_isTooLarge() {
    assertReason("REQUEST_TOO_LARGE", ask("x".repeat(10_000_000)));
  }

  @Test
  void settle_usage_replacesTheHold() {
    var reservation = reservation("r");

    assertThat(settle(reservation, 100, 10).getSettledCost().getAmount())
        .isEqualTo("0.000300000000");
    assertThat(settle(reservation, 1, 1).getSettledCost().getAmount()).isEqualTo("0.000300000000");
    assertThat(money()).isEqualTo(new Stand(300_000, 0));
  }

  @Test
  void settle_emptyUsage_costsNothing() {
    var response =
        quota()
            .settle(
                SettleRequest.newBuilder()
                    .setReservationId(reservation("r"))
                    .setUsage(Usage.getDefaultInstance())
                    .build());

    assertThat(response.getSettledCost().getAmount()).isEqualTo("0.000000000000");
    assertThat(money()).isEqualTo(new Stand(0, 0));
  }

  @Test
  void settle_badInput_saysWhy() {
    var reservation = reservation("r");
    var before = money();

    assertThat(Refusal.of(() -> quota().settle(SettleRequest.getDefaultInstance())).fields())
        .containsExactly("reservation_id", "usage");
    assertThat(Refusal.of(() -> settle("x".repeat(1_025), 1, 1)).fields())
        .containsExactly("reservation_id");
    assertThat(Refusal.of(() -> settle(reservation, -1, 1)).fields())
        .containsExactly("usage.buckets[input]");
    assertThat(Refusal.of(() -> settle(reservation, Long.MAX_VALUE, 1)).fields())
        .containsExactly("usage.buckets[input]");
    assertThat(Refusal.of(() -> settle("forged", 1, 1)).reason()).isEqualTo("RESERVATION_UNKNOWN");
    assertThat(Refusal.of(() -> settle("x".repeat(10_000_000), 1, 1)).reason())
        .isEqualTo("REQUEST_TOO_LARGE");
    assertThat(
            Refusal.of(() ->
                    quota()
                        .settle(
                            SettleRequest.newBuilder()
                                .setReservationId(reservation)
                                .setUsage(
                                    Usage.newBuilder().putBuckets("nope", 1).putBuckets("image", 1))
                                .build()))
                .fields())
        .containsExactly("usage.buckets[nope]");
    assertThat(
            Refusal.of(() ->
                    quota()
                        .settle(
                            SettleRequest.newBuilder()
                                .setReservationId(reservation)
                                .setUsage(Usage.newBuilder().putBuckets("image", 1))
                                .build()))
                .reason())
        .isEqualTo("BUCKET_UNPRICED");
    assertThat(
            Refusal.of(() -> settle(reservation, 1_000_000_000_000L, 1_000_000_000_000L)).reason())
        .isEqualTo("AMOUNT_UNREPRESENTABLE");
    assertThat(money()).isEqualTo(before);
  }

  @Test
  void settle_anotherTenantsReservation_isUnknown() {
    var reservation = reservation("r");
    var other = quota(caller("other", "other", Map.of()));

    assertThat(
            Refusal.of(() ->
                    other.settle(
                        SettleRequest.newBuilder()
                            .setReservationId(reservation)
                            .setUsage(Usage.getDefaultInstance())
                            .build()))
                .reason())
        .isEqualTo("RESERVATION_UNKNOWN");
    assertThat(Refusal.of(() -> other.release(release(reservation))).reason())
        .isEqualTo("RESERVATION_UNKNOWN");
    assertThat(money().held()).isEqualTo(700_000);
  }

  @Test
  void release_thenSettle_isAlreadyReleased() {
    var reservation = reservation("r");

    quota().release(release(reservation));
    quota().release(release(reservation));

    assertThat(money()).isEqualTo(new Stand(0, 0));
    assertThat(Refusal.of(() -> settle(reservation, 1, 1)).reason()).isEqualTo("ALREADY_RELEASED");
  }

  @Test
  void release_settled_isAlreadySettled() {
    var reservation = reservation("r");
    settle(reservation, 1, 1);

    assertThat(Refusal.of(() -> quota().release(release(reservation))).reason())
        .isEqualTo("ALREADY_SETTLED");
  }

  @Test
  void release_badInput_saysWhy() {
    assertThat(Refusal.of(() -> quota().release(release(""))).fields())
        .containsExactly("reservation_id");
    assertThat(Refusal.of(() -> quota().release(release("AAAA"))).reason())
        .isEqualTo("RESERVATION_UNKNOWN");
  }

  @Test
  void settle_afterNewerBooks_isPricedWithThoseOfItsHold() {
    books.add(TestBooks.contract("acme-deal", 1, "default", 1, 5), "acme");
    var allowed = check(ask("r")).getAllowed();
    books.add(TestBooks.contract("acme-deal", 2, "default", 3, 15), "acme");
    books.add(TestBooks.bookWith(2, "other", 1, 1), "");

    assertThat(allowed.getPriceBookVersion()).isEqualTo("acme-deal@1+default@1");
    assertThat(allowed.getHeldCost().getAmount()).isEqualTo("0.000350000000");
    assertThat(settle(allowed.getReservationId(), 100, 10).getSettledCost().getAmount())
        .isEqualTo("0.000150000000");
    var next = check(ask("r2").setMaxOutputTokens(10)).getAllowed();
    assertThat(next.getPriceBookVersion()).isEqualTo("acme-deal@2+default@2");
    assertThat(next.getHeldCost().getAmount()).isEqualTo("0.000450000000");
  }

  @Test
  void checkQuota_contractOfOneTenant_changesItsHoldAlone() {
    books.add(TestBooks.contract("acme-deal", 1, "default", 1, 5), "acme");
    var other = quota(caller("other", "other", Map.of()));

    assertThat(check(ask("r")).getAllowed().getHeldCost().getAmount()).isEqualTo("0.000350000000");
    assertThat(other.checkQuota(ask("r").build()).getAllowed().getHeldCost().getAmount())
        .isEqualTo("0.000700000000");
  }

  @Test
  void applySettlements_mixedRun_isCounted() {
    var priced = reservation("r1");
    policy = policy(Limit.cost("USD", 10_000_000), new Window.Lifetime());
    var unpriced = reservation("r2");
    var duplicate = reservation("r3");

    var response =
        apply(
            actual(1, priced, "USD", 123_456),
            actual(2, unpriced, "EUR", 1),
            Settlement.newBuilder()
                .setPosition(3)
                .setReservationId(duplicate)
                .setGiveBack(GiveBack.getDefaultInstance()),
            actual(4, "forged", "USD", 1),
            actual(5, priced, "USD", 999));

    assertThat(response)
        .isEqualTo(
            ApplySettlementsResponse.newBuilder()
                .setAppliedPosition(5)
                .setApplied(3)
                .setSkipped(1)
                .setUnknown(1)
                .build());
    assertThat(money()).isEqualTo(new Stand(123_456 + 700_000, 0));
    assertThat(
            meters.counter("quota.settlements", "source", "ledger", "outcome", "applied").count())
        .isEqualTo(3);
  }

  @Test
  void applySettlements_usageMissing_keepsTheTokensThatWereHeld() {
    var tokens = new Counter("money", CounterUnit.TOKENS, Counter.NO_GROUP, 0, 0);
    policy = policy(Limit.tokens(1_000), new Window.Lifetime());
    var missing = reservation("r1");
    var known = reservation("r2");

    apply(unpriced(1, missing, 0), unpriced(2, known, 7));

    assertThat(holds.stand("acme", List.of(tokens)).join()).containsExactly(new Stand(157, 0));
  }

  @Test
  void applySettlements_badInput_saysWhyAndMovesNothing() {
    var reservation = reservation("r");
    var before = money();

    assertThat(Refusal.of(() -> apply()).fields()).containsExactly("settlements (size)");
    assertThat(Refusal.of(() -> apply(actual(0, reservation, "USD", 1))).fields())
        .containsExactly("settlements[0].position");
    assertThat(
            Refusal.of(
                    () -> apply(actual(2, reservation, "USD", 1), actual(2, reservation, "USD", 1)))
                .fields())
        .containsExactly("settlements[1].position");
    assertThat(Refusal.of(() -> apply(actual(1, reservation, "usd", -1))).fields())
        .containsExactly("settlements[0].actual.cost_nanos", "settlements[0].actual.currency_code");
    assertThat(
            Refusal.of(() -> apply(Settlement.newBuilder().setPosition(1).setReservationId("x")))
                .fields())
        .containsExactly("settlements[0].effect");
    assertThat(
            Refusal.of(() ->
                    settlements()
                        .applySettlements(
                            ApplySettlementsRequest.newBuilder()
                                .setLogId("UPPER")
                                .addSettlements(actual(1, reservation, "USD", 1))
                                .build()))
                .fields())
        .containsExactly("log_id");
    var tooMany = ApplySettlementsRequest.newBuilder().setLogId("log-1");
    for (int i = 1; i <= 501; i++) {
      tooMany.addSettlements(actual(i, reservation, "USD", 1));
    }
    assertThat(Refusal.of(() -> settlements().applySettlements(tooMany.build())).fields())
        .containsExactly("settlements (size)");
    assertThat(money()).isEqualTo(before);
  }

  @Test
  void applySettlements_byACaller_isForbidden() {
    var caller =
        SettlementServiceGrpc.newBlockingStub(server.channel(caller("caller", "acme", Map.of())));

    assertThat(
            Refusal.of(() -> caller.applySettlements(ApplySettlementsRequest.getDefaultInstance()))
                .reason())
        .isEqualTo("ROLE_FORBIDDEN");
  }

  private static Policy policy(Limit limit, Window window) {
    return new Policy(List.of(budget(Map.of(), limit, window)));
  }

  private static Budget budget(Map<String, String> selector, Limit limit, Window window) {
    return new Budget(
        "money",
        "Money",
        new TreeMap<>(selector),
        List.of(),
        window,
        List.of(limit),
        Instant.EPOCH);
  }

  private static CheckQuotaRequest.Builder ask(String requestId) {
    return CheckQuotaRequest.newBuilder()
        .setRequestId(requestId)
        .setDimensions(Dimensions.newBuilder().setProvider("p").setModel("m"))
        .setInputTokens(100)
        .setMaxOutputTokens(50);
  }

  private CheckQuotaResponse check(CheckQuotaRequest.Builder ask) {
    return quota().checkQuota(ask.build());
  }

  private String reservation(String requestId) {
    return check(ask(requestId)).getAllowed().getReservationId();
  }

  private SettleResponse settle(String reservation, long input, long output) {
    return quota()
        .settle(
            SettleRequest.newBuilder()
                .setReservationId(reservation)
                .setUsage(
                    Usage.newBuilder().putBuckets("input", input).putBuckets("output", output))
                .build());
  }

  private static ReleaseRequest release(String reservation) {
    return ReleaseRequest.newBuilder().setReservationId(reservation).build();
  }

  private static Settlement.Builder actual(
      long position, String reservation, String currency, long nanos) {
    return Settlement.newBuilder()
        .setPosition(position)
        .setReservationId(reservation)
        .setActual(Actual.newBuilder().setCurrencyCode(currency).setCostNanos(nanos).setTokens(10));
  }

  private ApplySettlementsResponse apply(Settlement.Builder... run) {
    var request = ApplySettlementsRequest.newBuilder().setLogId("log-1");
    for (var settlement : run) {
      request.addSettlements(settlement);
    }
    return settlements().applySettlements(request.build());
  }

  private SettlementServiceGrpc.SettlementServiceBlockingStub settlements() {
    return SettlementServiceGrpc.newBlockingStub(
        server.channel(new Caller("ingest", Set.of(Role.ROLE_SERVICE), "acme", Map.of())));
  }

  private QuotaServiceBlockingStub quota() {
    return quota(caller("caller", "acme", Map.of()));
  }

  private QuotaServiceBlockingStub quota(Caller caller) {
    return QuotaServiceGrpc.newBlockingStub(server.channel(caller));
  }

  private static Caller caller(String keyId, String tenant, Map<String, String> pins) {
    return new Caller(keyId, Set.of(Role.ROLE_CALLER), tenant, pins);
  }

  private Stand money() {
    return holds.stand("acme", List.of(MONEY)).join().getFirst();
  }

  private void assertReason(String reason, CheckQuotaRequest.Builder ask) {
    assertThat(Refusal.of(() -> check(ask)).reason()).isEqualTo(reason);
  }

  private void assertField(String field, CheckQuotaRequest.Builder ask) {
    var refusal = Refusal.of(() -> check(ask));
    assertThat(refusal.reason()).isEqualTo("FIELD_INVALID");
    assertThat(refusal.fields()).containsExactly(field);
  }

  private static Settlement.Builder unpriced(long position, String reservation, long tokens) {
    return Settlement.newBuilder()
        .setPosition(position)
        .setReservationId(reservation)
        .setActual(Actual.newBuilder().setUnpriced(true).setTokens(tokens));
  }
}

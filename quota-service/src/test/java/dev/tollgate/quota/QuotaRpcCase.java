package dev.tollgate.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.books.PriceBooks;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.window.Window;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.quota.v1.Actual;
import dev.tollgate.proto.quota.v1.ApplySettlementsRequest;
import dev.tollgate.proto.quota.v1.ApplySettlementsResponse;
import dev.tollgate.proto.quota.v1.CheckQuotaRequest;
import dev.tollgate.proto.quota.v1.CheckQuotaResponse;
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
import dev.tollgate.quota.budget.Usual;
import dev.tollgate.quota.check.Bases;
import dev.tollgate.quota.check.CheckQuotaRpc;
import dev.tollgate.quota.check.Checks;
import dev.tollgate.quota.check.Denials;
import dev.tollgate.quota.check.ExplainRpc;
import dev.tollgate.quota.check.Explanations;
import dev.tollgate.quota.check.InputBounds;
import dev.tollgate.quota.hold.Counter;
import dev.tollgate.quota.hold.CounterUnit;
import dev.tollgate.quota.hold.InMemoryHolds;
import dev.tollgate.quota.hold.LivesFromZero;
import dev.tollgate.quota.hold.Stand;
import dev.tollgate.quota.hold.Tokens;
import dev.tollgate.quota.price.TestBooks;
import dev.tollgate.quota.settle.ApplySettlementsRpc;
import dev.tollgate.quota.settle.SettleRpc;
import dev.tollgate.secret.Secret;
import dev.tollgate.testkit.Conformance;
import dev.tollgate.testkit.InProcess;
import dev.tollgate.time.FakeTime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The RPCs of quota on the wire, over the model of the store and with TestBooks: a token of input
/// costs 2,000 nanos, one of output 10,000. A budget admits 1,000,000 nanos of USD.
abstract class QuotaRpcCase {
  static final Counter MONEY = new Counter("money", CounterUnit.COST_NANOS, Counter.NO_GROUP, 0, 0);

  @RegisterExtension final Conformance conformance = new Conformance();

  final FakeTime time = new FakeTime(Instant.parse("2026-08-31T23:59:00Z"));
  final InMemoryHolds holds = new InMemoryHolds(time);
  final PriceBooks books = new PriceBooks();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  Policy policy = policy(Limit.cost("USD", 1_000_000), new Window.Lifetime());
  private InProcess server;

  @BeforeEach
  void start() {
    books.add(TestBooks.book(1), "");
    var tokens = new Tokens(new Secret("0123456789abcdef0123456789abcdef"));
    var lives = new LivesFromZero(holds.heads(), new Random(1), () -> policy.counterIds());
    var bases =
        new Bases(
            tenant -> policy,
            (tenant, version) -> CompletableFuture.completedFuture(policy),
            books,
            Usual.UNKNOWN);
    var denials = new Denials(Duration.ofMillis(100));
    var checks = new Checks(bases, holds, lives::begin, tokens, denials);
    var bounds = InputBounds.shipped();
    server =
        InProcess.start(
            conformance,
            new QuotaRpc(
                new CheckQuotaRpc(checks, bounds, tokens, meters),
                new ExplainRpc(new Explanations(bases, holds), bounds),
                new SettleRpc(holds, lives::begin, books, tokens, denials, meters)),
            new ApplySettlementsRpc(
                bases, holds, holds.heads(), lives::begin, tokens, denials, meters));
  }

  InProcess server() {
    return server;
  }

  @AfterEach
  void stop() {
    server().close();
  }

  static Policy policy(Limit limit, Window window) {
    return new Policy(List.of(budget(Map.of(), limit, window)));
  }

  static Budget budget(Map<String, String> selector, Limit limit, Window window) {
    return new Budget(
        "money",
        "Money",
        new TreeMap<>(selector),
        List.of(),
        window,
        List.of(limit),
        Instant.EPOCH);
  }

  static CheckQuotaRequest.Builder ask(String requestId) {
    return CheckQuotaRequest.newBuilder()
        .setRequestId(requestId)
        .setDimensions(Dimensions.newBuilder().setProvider("p").setModel("m"))
        .setInputTokens(100)
        .setMaxOutputTokens(50);
  }

  CheckQuotaResponse check(CheckQuotaRequest.Builder ask) {
    return quota().checkQuota(ask.build());
  }

  String reservation(String requestId) {
    return check(ask(requestId)).getAllowed().getReservationId();
  }

  SettleResponse settle(String reservation, long input, long output) {
    return quota()
        .settle(
            SettleRequest.newBuilder()
                .setReservationId(reservation)
                .setUsage(
                    Usage.newBuilder().putBuckets("input", input).putBuckets("output", output))
                .build());
  }

  static ReleaseRequest release(String reservation) {
    return ReleaseRequest.newBuilder().setReservationId(reservation).build();
  }

  static Settlement.Builder actual(long position, String reservation, String currency, long nanos) {
    return Settlement.newBuilder()
        .setPosition(position)
        .setReservationId(reservation)
        .setActual(Actual.newBuilder().setCurrencyCode(currency).setCostNanos(nanos).setTokens(10));
  }

  ApplySettlementsResponse apply(Settlement.Builder... run) {
    var request = ApplySettlementsRequest.newBuilder().setLogId("log-1");
    for (var settlement : run) {
      request.addSettlements(settlement);
    }
    return settlements().applySettlements(request.build());
  }

  SettlementServiceGrpc.SettlementServiceBlockingStub settlements() {
    return SettlementServiceGrpc.newBlockingStub(
        server().channel(new Caller("ingest", Set.of(Role.ROLE_SERVICE), "acme", Map.of())));
  }

  QuotaServiceBlockingStub quota() {
    return quota(caller("caller", "acme", Map.of()));
  }

  QuotaServiceBlockingStub quota(Caller caller) {
    return QuotaServiceGrpc.newBlockingStub(server().channel(caller));
  }

  static Caller caller(String keyId, String tenant, Map<String, String> pins) {
    return new Caller(keyId, Set.of(Role.ROLE_CALLER), tenant, pins);
  }

  Stand money() {
    return holds.stand("acme", List.of(MONEY)).join().getFirst();
  }

  void assertReason(String reason, CheckQuotaRequest.Builder ask) {
    assertThat(Refusal.of(() -> check(ask)).reason()).isEqualTo(reason);
  }

  void assertField(String field, CheckQuotaRequest.Builder ask) {
    var refusal = Refusal.of(() -> check(ask));
    assertThat(refusal.reason()).isEqualTo("FIELD_INVALID");
    assertThat(refusal.fields()).containsExactly(field);
  }

  static Settlement.Builder unpriced(long position, String reservation, long tokens) {
    return Settlement.newBuilder()
        .setPosition(position)
        .setReservationId(reservation)
        .setActual(Actual.newBuilder().setUnpriced(true).setTokens(tokens));
  }
}

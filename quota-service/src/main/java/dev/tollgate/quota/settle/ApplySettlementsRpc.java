package dev.tollgate.quota.settle;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.kernel.field.Shown;
import dev.tollgate.kernel.server.NonBlocking;
import dev.tollgate.proto.quota.v1.Actual;
import dev.tollgate.proto.quota.v1.ApplySettlementsRequest;
import dev.tollgate.proto.quota.v1.ApplySettlementsResponse;
import dev.tollgate.proto.quota.v1.Settlement;
import dev.tollgate.proto.quota.v1.SettlementServiceGrpc;
import dev.tollgate.proto.quota.v1.SettlementServiceGrpc.SettlementServiceImplBase;
import dev.tollgate.quota.answer.Answers;
import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.check.Bases;
import dev.tollgate.quota.check.Denials;
import dev.tollgate.quota.check.Readiness;
import dev.tollgate.quota.hold.Applied;
import dev.tollgate.quota.hold.Applied.Effect;
import dev.tollgate.quota.hold.CounterUnit;
import dev.tollgate.quota.hold.Heads;
import dev.tollgate.quota.hold.Holds;
import dev.tollgate.quota.hold.LedgerEntry;
import dev.tollgate.quota.hold.LogMark;
import dev.tollgate.quota.hold.Tokens;
import io.grpc.MethodDescriptor;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/// `SettlementService` on the wire: the ledger's word. Does not block.
public final class ApplySettlementsRpc extends SettlementServiceImplBase implements NonBlocking {
  private static final int RUN_MAX = 500;
  private static final int ROUNDS_MAX = 4;
  private static final Duration RETRY_AFTER = Duration.ofMillis(100);
  private static final long TOKENS_MAX = 1_000_000_000_000_000L;
  private static final Pattern LOG_ID = Pattern.compile("[a-z0-9-]{1,64}");
  private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");

  private final Bases bases;
  private final Holds holds;
  private final Heads heads;
  private final Readiness readiness;
  private final Tokens tokens;
  private final Denials denials;
  private final MeterRegistry meters;

  public ApplySettlementsRpc(
      Bases bases,
      Holds holds,
      Heads heads,
      Readiness readiness,
      Tokens tokens,
      Denials denials,
      MeterRegistry meters) {
    this.bases = bases;
    this.holds = holds;
    this.heads = heads;
    this.readiness = readiness;
    this.tokens = tokens;
    this.denials = denials;
    this.meters = meters;
  }

  @Override
  public Set<MethodDescriptor<?, ?>> nonBlocking() {
    return Set.of(SettlementServiceGrpc.getApplySettlementsMethod());
  }

  @Override
  public void applySettlements(
      ApplySettlementsRequest request, StreamObserver<ApplySettlementsResponse> observer) {
    var tenant = Caller.current().tenant();
    validate(request);
    Answers.send(
        known(tenant, request)
            .thenCompose(position ->
                position < request.getAppliedBefore()
                    ? CompletableFuture.completedFuture(forgotten(position))
                    : apply(tenant, request, bases.policies().apply(tenant), 1)),
        observer);
  }

  /* A log has one sender, so the position does not move between this and the next step. */
  private CompletableFuture<Long> known(String tenant, ApplySettlementsRequest request) {
    return request.getAppliedBefore() == 0
        ? CompletableFuture.completedFuture(0L)
        : heads
            .positions(tenant)
            .thenApply(marks -> marks.getOrDefault(request.getLogId(), LogMark.NONE).position());
  }

  private static ApplySettlementsResponse forgotten(long position) {
    return ApplySettlementsResponse.newBuilder().setAppliedPosition(position).build();
  }

  private CompletableFuture<ApplySettlementsResponse> apply(
      String tenant, ApplySettlementsRequest request, Policy policy, int round) {
    var run = new LedgerRunForm(tokens, tenant, policy).read(request.getSettlementsList());
    return holds
        .apply(tenant, request.getLogId(), policy.version(), run)
        .thenCompose(answer ->
            switch (answer) {
              case Applied.Done done -> {
                run.forEach(entry -> forget(tenant, entry));
                yield CompletableFuture.completedFuture(response(done, request, run));
              }
              case Applied.StalePolicy(var version) ->
                  bases
                      .newer()
                      .apply(tenant, version)
                      .thenCompose(newer -> again(tenant, request, newer, round));
              case Applied.Unseeded() ->
                  readiness
                      .of(tenant, policy.version())
                      .thenCompose(any -> again(tenant, request, policy, round));
            });
  }

  private CompletableFuture<ApplySettlementsResponse> again(
      String tenant, ApplySettlementsRequest request, Policy policy, int round) {
    return round == ROUNDS_MAX
        ? CompletableFuture.failedFuture(
            Failure.retryable(
                Reason.STORE_UNAVAILABLE,
                "the budgets have changed, and their counters are being made",
                RETRY_AFTER))
        : apply(tenant, request, policy, round + 1);
  }

  private static void validate(ApplySettlementsRequest request) {
    var fields = new Fields();
    if (!LOG_ID.matcher(request.getLogId()).matches()) {
      fields.reject("log_id", Shown.text(request.getLogId()) + " (expected: 1 to 64 of a-z 0-9 -)");
    }
    fields.count("applied_before", request.getAppliedBefore(), 0, CounterUnit.EXACT_MAX);
    fields.count("settlements (size)", request.getSettlementsCount(), 1, RUN_MAX);
    if (request.getSettlementsCount() <= RUN_MAX) {
      validate(fields, request.getSettlementsList());
    }
    fields.check();
  }

  private static void validate(Fields fields, List<Settlement> settlements) {
    long before = 0;
    for (int i = 0; i < settlements.size(); i++) {
      var settlement = settlements.get(i);
      var field = "settlements[" + i + "]";
      fields.count(
          field + ".position", settlement.getPosition(), before + 1, CounterUnit.EXACT_MAX);
      before = Math.clamp(settlement.getPosition(), before, CounterUnit.EXACT_MAX - 1);
      fields.dimensions(field + ".dimensions", settlement.getDimensions(), false);
      switch (settlement.getEffectCase()) {
        case ACTUAL -> validate(fields, field + ".actual", settlement.getActual());
        case GIVE_BACK -> {}
        case EFFECT_NOT_SET ->
            fields.reject(field + ".effect", "missing (expected: actual or give_back)");
      }
    }
  }

  private static void validate(Fields fields, String field, Actual actual) {
    fields.count(field + ".cost_nanos", actual.getCostNanos(), 0, Long.MAX_VALUE);
    var tokens = fields.count(field + ".tokens", actual.getTokens(), 0, TOKENS_MAX);
    fields.count(field + ".output_tokens", actual.getOutputTokens(), 0, tokens);
    if (!actual.getUnpriced() && !CURRENCY.matcher(actual.getCurrencyCode()).matches()) {
      fields.reject(
          field + ".currency_code",
          Shown.text(actual.getCurrencyCode()) + " (expected: an ISO 4217 code like USD)");
    }
  }

  /* Only what a hold gives back can make room. */
  private void forget(String tenant, LedgerEntry entry) {
    switch (entry) {
      case LedgerEntry.Actual actual -> denials.forget(tenant, actual.reservation().counters());
      case LedgerEntry.GiveBack giveBack ->
          denials.forget(tenant, giveBack.reservation().counters());
      case LedgerEntry.Unpriced unpriced ->
          denials.forget(tenant, unpriced.reservation().counters());
      case LedgerEntry.Bypass bypass -> {}
      case LedgerEntry.Unknown unknown -> {}
    }
  }

  private ApplySettlementsResponse response(
      Applied.Done done, ApplySettlementsRequest request, List<LedgerEntry> run) {
    var unknown = 0;
    var bypassing = 0;
    for (int i = 0; i < run.size(); i++) {
      var effect = done.effects().get(i);
      meters
          .counter(
              "quota.settlements",
              "source",
              "ledger",
              "outcome",
              effect.name().toLowerCase(Locale.ROOT))
          .increment();
      if (effect != Effect.SKIPPED && run.get(i) instanceof LedgerEntry.Bypass) {
        bypassing++;
        unknown += request.getSettlements(i).getReservationId().isEmpty() ? 0 : 1;
      } else if (effect == Effect.UNKNOWN) {
        unknown++;
      }
    }
    meters.counter("quota.bypass.calls").increment(bypassing);
    return ApplySettlementsResponse.newBuilder()
        .setAppliedPosition(done.position())
        .setApplied((int) (done.count(Effect.APPLIED) + done.count(Effect.GROUPLESS)))
        .setSkipped((int) done.count(Effect.SKIPPED))
        .setUnknown(unknown)
        .setBypassing(bypassing)
        .build();
  }
}

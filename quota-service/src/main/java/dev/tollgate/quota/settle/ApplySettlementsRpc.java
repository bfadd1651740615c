package dev.tollgate.quota.settle;

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
import dev.tollgate.quota.check.Denials;
import dev.tollgate.quota.check.Readiness;
import dev.tollgate.quota.hold.Applied;
import dev.tollgate.quota.hold.Applied.Effect;
import dev.tollgate.quota.hold.CounterUnit;
import dev.tollgate.quota.hold.Heads;
import dev.tollgate.quota.hold.Holds;
import dev.tollgate.quota.hold.LedgerEntry;
import dev.tollgate.quota.hold.Reservation;
import dev.tollgate.quota.hold.Spend;
import dev.tollgate.quota.hold.Tokens;
import io.grpc.MethodDescriptor;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/// `SettlementService` on the wire: the ledger's word. Does not block.
public final class ApplySettlementsRpc extends SettlementServiceImplBase implements NonBlocking {
  private static final int RUN_MAX = 500;
  private static final long TOKENS_MAX = 1_000_000_000_000_000L;
  private static final Pattern LOG_ID = Pattern.compile("[a-z0-9-]{1,64}");
  private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");

  private final Holds holds;
  private final Heads heads;
  private final Readiness readiness;
  private final Tokens tokens;
  private final Denials denials;
  private final MeterRegistry meters;

  public ApplySettlementsRpc(
      Holds holds,
      Heads heads,
      Readiness readiness,
      Tokens tokens,
      Denials denials,
      MeterRegistry meters) {
    this.heads = heads;
    this.holds = holds;
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
    var run = new ArrayList<LedgerEntry>(request.getSettlementsCount());
    for (var settlement : request.getSettlementsList()) {
      run.add(
          tokens
              .open(tenant, settlement.getReservationId())
              .map(reservation -> entry(settlement, reservation))
              .orElseGet(() -> new LedgerEntry.Unknown(settlement.getPosition())));
    }
    Answers.send(
        known(tenant, request)
            .thenCompose(position ->
                position < request.getAppliedBefore()
                    ? CompletableFuture.completedFuture(new Applied(position, List.of()))
                    : holds.apply(tenant, request.getLogId(), run))
            .exceptionallyCompose(failure -> begun(tenant, failure))
            .thenApply(applied -> {
              run.forEach(entry -> forget(tenant, entry));
              return response(applied);
            }),
        observer);
  }

  /* A log has one sender, so the position does not move between this and the next step. */
  private CompletableFuture<Long> known(String tenant, ApplySettlementsRequest request) {
    return request.getAppliedBefore() == 0
        ? CompletableFuture.completedFuture(0L)
        : heads.position(tenant, request.getLogId());
  }

  /* Where the store was lost, nobody may ask for a check before the next attempt. Where it is away,
  this fails as well. */
  private CompletableFuture<Applied> begun(String tenant, Throwable failure) {
    return readiness.of(tenant, 0).thenCompose(any -> CompletableFuture.failedFuture(failure));
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

  /* A cost in another currency than the budgets count says nothing about them. */
  private static LedgerEntry entry(Settlement settlement, Reservation reservation) {
    var position = settlement.getPosition();
    if (settlement.hasGiveBack()) {
      return new LedgerEntry.GiveBack(position, reservation);
    }
    var actual = settlement.getActual();
    var priced =
        !actual.getUnpriced() && actual.getCurrencyCode().equals(reservation.terms().currency());
    var output = actual.getOutputTokens();
    var input = actual.getTokens() - output;
    return priced
        ? new LedgerEntry.Actual(
            position, reservation, new Spend(actual.getCostNanos(), input, output))
        : new LedgerEntry.Unpriced(position, reservation, input, output);
  }

  private void forget(String tenant, LedgerEntry entry) {
    switch (entry) {
      case LedgerEntry.Actual actual -> denials.forget(tenant, actual.reservation().counters());
      case LedgerEntry.GiveBack giveBack ->
          denials.forget(tenant, giveBack.reservation().counters());
      case LedgerEntry.Unpriced unpriced ->
          denials.forget(tenant, unpriced.reservation().counters());
      case LedgerEntry.Unknown unknown -> {}
    }
  }

  private ApplySettlementsResponse response(Applied applied) {
    for (var effect : Effect.values()) {
      meters
          .counter(
              "quota.settlements",
              "source",
              "ledger",
              "outcome",
              effect.name().toLowerCase(Locale.ROOT))
          .increment((double) applied.count(effect));
    }
    return ApplySettlementsResponse.newBuilder()
        .setAppliedPosition(applied.position())
        .setApplied((int) applied.count(Effect.APPLIED))
        .setSkipped((int) applied.count(Effect.SKIPPED))
        .setUnknown((int) applied.count(Effect.UNKNOWN))
        .build();
  }
}

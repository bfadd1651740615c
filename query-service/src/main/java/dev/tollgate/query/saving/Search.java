package dev.tollgate.query.saving;

import dev.tollgate.proto.query.v1.SavingKind;
import dev.tollgate.rating.Bucket;
import dev.tollgate.rating.Call;
import dev.tollgate.rating.PriceStack;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Looks at calls, in their order, for what would have been cheaper. Not safe for concurrent use.
final class Search {
  private static final Duration CACHED = Duration.ofMinutes(5);
  private static final long CACHED_TOKENS_MIN = 1_024;
  private static final int WIDE_FACTOR = 4;

  private static final Comparator<Finding> ORDER =
      Comparator.comparing(Finding::saving)
          .reversed()
          .thenComparing(finding -> finding.key().target().map(Work::toString).orElse(""));

  private record Input(Work work, String fingerprint) {}

  private record Prompt(Work work, long tokens) {}

  private final PriceStack books;
  private final Map<Work, Done> done = new HashMap<>();
  private final Map<Work, List<Work>> others = new HashMap<>();
  private final Set<Input> inputs = new HashSet<>();
  private final Map<Prompt, Instant> prompts = new HashMap<>();
  private final Map<Finding.Key, Finding> findings = new HashMap<>();
  private long unpriced;

  Search(PriceStack books, List<Done> all) {
    this.books = books;
    all.forEach(each -> done.put(each.work(), each));
    for (var one : all) {
      others.put(
          one.work(),
          all.stream()
              .filter(other -> other.work().feature().equals(one.work().feature()))
              .filter(other -> !other.work().equals(one.work()) && other.isAsGoodAs(one))
              .map(Done::work)
              .toList());
    }
  }

  /// Calls whose cost is not known; they are left out.
  long unpriced() {
    return unpriced;
  }

  void add(PastCall call) {
    if (call.status().isUnknown()) {
      unpriced++;
      return;
    }
    repeated(call);
    var charge = books.rate(call.call());
    if (!charge.status().isUnknown()) {
      var cost = BigInteger.valueOf(charge.cost().value());
      limited(call, cost);
      cached(call, cost);
      batched(call, cost);
      routed(call, cost);
    }
  }

  private void repeated(PastCall call) {
    if (!call.input().isEmpty() && !inputs.add(new Input(call.work(), call.input()))) {
      finding(SavingKind.SAVING_KIND_REPEATED_INPUT, call, call.currency(), Optional.empty())
          .add(call, call.cost());
    }
  }

  private void limited(PastCall call, BigInteger cost) {
    var needed = done.getOrDefault(call.work(), none(call.work()));
    var limit = call.outputLimit();
    var isWide = limit == 0 || limit > WIDE_FACTOR * needed.needed();
    var more =
        Math.min(
            call.quantity(Bucket.OUTPUT),
            call.quantity(Bucket.OUTPUT) + call.quantity(Bucket.REASONING) - needed.needed());
    if (needed.isKnown() && isWide && more > 0) {
      add(SavingKind.SAVING_KIND_OUTPUT_LIMIT, call, cost, call.without(more, Bucket.OUTPUT));
    }
  }

  private static Done none(Work work) {
    return new Done(work, 0, 0, 0);
  }

  private void cached(PastCall call, BigInteger cost) {
    if (call.systemTokens() < CACHED_TOKENS_MIN) {
      return;
    }
    var before =
        Optional.ofNullable(prompts.put(new Prompt(call.work(), call.systemTokens()), call.time()));
    var reads = call.quantity(Bucket.CACHE_READ);
    var tokens = Math.min(call.systemTokens(), call.quantity(Bucket.INPUT));
    if (reads > 0 || tokens == 0) {
      return;
    }
    var isThere = before.filter(time -> !time.plus(CACHED).isBefore(call.time())).isPresent();
    var bucket = isThere ? Bucket.CACHE_READ : Bucket.CACHE_WRITE_5M;
    add(SavingKind.SAVING_KIND_PROMPT_CACHE, call, cost, call.moving(tokens, Bucket.INPUT, bucket));
  }

  private void batched(PastCall call, BigInteger cost) {
    if (call.unattended() && call.isStandard()) {
      add(SavingKind.SAVING_KIND_BATCH, call, cost, call.inTier("batch"));
    }
  }

  private void routed(PastCall call, BigInteger cost) {
    for (var other : others.getOrDefault(call.work(), List.of())) {
      var charge = books.rate(call.by(other));
      var kind = SavingKind.SAVING_KIND_ROUTE;
      var finding = finding(kind, call, books.currency(), Optional.of(other));
      if (!charge.status().isUnknown()) {
        finding.add(call, cost.subtract(BigInteger.valueOf(charge.cost().value())));
      }
    }
  }

  private void add(SavingKind kind, PastCall call, BigInteger cost, Call instead) {
    var charge = books.rate(instead);
    if (!charge.status().isUnknown()) {
      finding(kind, call, books.currency(), Optional.empty())
          .add(call, cost.subtract(BigInteger.valueOf(charge.cost().value())));
    }
  }

  private Finding finding(SavingKind kind, PastCall call, String currency, Optional<Work> target) {
    return findings.computeIfAbsent(
        new Finding.Key(kind, call.work(), currency, target), Finding::new);
  }

  /// What would save something; of several models that would do, the one that saves most.
  List<Finding> findings() {
    var best = new HashMap<Finding.Key, Finding>();
    for (var each : findings.values()) {
      var key = each.key();
      var any = new Finding.Key(key.kind(), key.work(), key.currency(), Optional.empty());
      best.merge(any, each, (one, other) -> ORDER.compare(one, other) <= 0 ? one : other);
    }
    var found = new ArrayList<Finding>();
    best.values().stream().filter(each -> each.saving().signum() > 0).forEach(found::add);
    return found;
  }

  long needed(Work work) {
    return done.getOrDefault(work, none(work)).needed();
  }
}

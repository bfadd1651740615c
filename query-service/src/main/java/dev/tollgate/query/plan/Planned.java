package dev.tollgate.query.plan;

import dev.tollgate.proto.query.v1.ModelCandidate;
import dev.tollgate.proto.query.v1.PlannedCost;
import dev.tollgate.proto.query.v1.WorkloadCost;
import dev.tollgate.query.answer.Wire;
import dev.tollgate.rating.Bucket;
import dev.tollgate.rating.Call;
import dev.tollgate.rating.ChargeStatus;
import dev.tollgate.rating.PriceStack;
import dev.tollgate.rating.Usage;
import java.math.BigInteger;
import java.time.Instant;
import java.util.TreeSet;
import java.util.function.IntFunction;

/// Prices a workload by candidates, message by message.
record Planned(Workload workload, PriceStack books, Instant time) {
  private static final String STANDARD = "";
  private static final String BATCH = "batch";

  WorkloadCost by(ModelCandidate candidate) {
    return WorkloadCost.newBuilder()
        .setCandidate(candidate)
        .setStandard(cost(candidate, STANDARD, workload::usage))
        .setCached(cached(candidate, STANDARD))
        .setBatch(cost(candidate, BATCH, workload::usage))
        .setBatchCached(cached(candidate, BATCH))
        .build();
  }

  private PlannedCost cached(ModelCandidate candidate, String tier) {
    return cost(
        candidate,
        tier,
        message -> workload.cached(message, written(candidate, tier, workload.sent(message))));
  }

  /* Some providers charge for what is written to the cache, others take it for input. */
  private Bucket written(ModelCandidate candidate, String tier, long sent) {
    return books
        .price(
            candidate.getProvider(),
            candidate.getModel(),
            tier,
            candidate.getRegion(),
            Bucket.CACHE_WRITE_5M,
            time,
            sent)
        .map(price -> Bucket.CACHE_WRITE_5M)
        .orElse(Bucket.INPUT);
  }

  private PlannedCost cost(ModelCandidate candidate, String tier, IntFunction<Usage> usage) {
    var session = BigInteger.ZERO;
    var unpriced = new TreeSet<String>();
    for (var message = 1; message <= workload.messages(); message++) {
      var used = usage.apply(message);
      var charge =
          books.rate(
              new Call(
                  candidate.getProvider(),
                  candidate.getModel(),
                  time,
                  tier,
                  candidate.getRegion(),
                  used));
      if (charge.status() == ChargeStatus.UNPRICED_MODEL) {
        unpriced.addAll(used.buckets().keySet());
      }
      charge.unpriced().forEach(bucket -> unpriced.add(bucket.bucketName()));
      session = session.add(BigInteger.valueOf(charge.cost().value()));
    }
    if (!unpriced.isEmpty()) {
      return PlannedCost.newBuilder().setUnpriced(String.join(", ", unpriced)).build();
    }
    var month = session.multiply(BigInteger.valueOf(workload.sessions()));
    return PlannedCost.newBuilder().setCost(Wire.money(books.currency(), month)).build();
  }
}

package dev.tollgate.load.rate;

import dev.tollgate.pricing.ship.DefaultBook;
import dev.tollgate.rating.Call;
import dev.tollgate.rating.Charge;
import dev.tollgate.rating.ChargeStatus;
import dev.tollgate.rating.PriceBook;
import dev.tollgate.rating.PriceBookInvalid;
import dev.tollgate.rating.PriceStack;
import dev.tollgate.rating.Usage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// Rates calls by the default book: each benchmark cycles through calls of one kind whose tokens
/// differ.
@State(Scope.Thread)
public class RateBenchmark {
  private static final int CALLS = 1 << 10;
  private static final Instant TIME = Instant.parse("2026-08-01T12:00:00Z");

  private static final String CONTRACT =
      """
      {"id": "contract", "version": 1, "base": "default", "currency": "USD", "models": [],
       "multipliers": [{"id": "discount", "factor": "0.825", "source": "benchmark"}]}
      """;

  /// One kind of call: so many tokens in each bucket, and up to as many again.
  private record Kind(String model, String tier, Map<String, Long> least) {
    Call[] calls() {
      var random = new Random(7);
      var calls = new Call[CALLS];
      for (int i = 0; i < CALLS; i++) {
        var buckets = new HashMap<String, Long>();
        least.forEach((bucket, tokens) -> buckets.put(bucket, tokens + random.nextLong(tokens)));
        calls[i] = new Call("openai", model, TIME, tier, "", Usage.of(buckets));
      }
      return calls;
    }
  }

  private PriceStack list = PriceStack.of(DefaultBook.read());
  private PriceStack contract = list;
  private Call[] plain = {};
  private Call[] cachedReasoning = {};
  private Call[] tiered = {};
  private int next;

  @Setup
  public void prepare() throws PriceBookInvalid {
    contract =
        PriceStack.of(
            List.of(
                PriceBook.parse(CONTRACT.getBytes(StandardCharsets.UTF_8)), DefaultBook.read()));
    plain = new Kind("gpt-4o", "", Map.of("input", 350L, "output", 200L)).calls();
    cachedReasoning =
        new Kind(
                "gpt-5",
                "",
                Map.of("input", 78L, "cache_read", 1_408L, "output", 139L, "reasoning", 512L))
            .calls();
    tiered = new Kind("gpt-5.4", "", Map.of("input", 150_000L, "output", 1_000L)).calls();
    for (var calls : List.of(plain, cachedReasoning, tiered)) {
      for (var call : calls) {
        check(list.rate(call), call);
        check(contract.rate(call), call);
      }
    }
  }

  private static void check(Charge charge, Call call) {
    if (charge.status() != ChargeStatus.PRICED) {
      throw new IllegalStateException(call + ": " + charge);
    }
  }

  private int next() {
    return next++ & (CALLS - 1);
  }

  /// Fresh input and output.
  @Benchmark
  public Charge plain() {
    return list.rate(plain[next()]);
  }

  /// Four buckets, one of which has the price of another.
  @Benchmark
  public Charge cachedReasoning() {
    return list.rate(cachedReasoning[next()]);
  }

  /// Inputs on both sides of a context tier.
  @Benchmark
  public Charge tiered() {
    return list.rate(tiered[next()]);
  }

  /// The plain call under a contract with a discount: cost and list cost differ.
  @Benchmark
  public Charge contract() {
    return contract.rate(plain[next()]);
  }
}

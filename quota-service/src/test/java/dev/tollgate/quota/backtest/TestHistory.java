package dev.tollgate.quota.backtest;

import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.quota.hold.Spend;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullMarked;

/// Calls that a test made up, of the prices of TestBooks: a token of input costs 2,000 nanos, one
/// of output 10,000.
@NullMarked
final class TestHistory implements History {
  private static final Comparator<PastCall> ORDER =
      Comparator.comparing(PastCall::checkTime).thenComparing(PastCall::eventId);

  final Semaphore pages = new Semaphore(1_000_000);
  private final TreeSet<PastCall> calls = new TreeSet<>(ORDER);
  final AtomicInteger asked = new AtomicInteger();

  /// A call of model `m` that used what it asked for.
  static PastCall call(String id, Instant time, String user, long input, long output) {
    return call(id, time, user, "m", 0, new Spend(input * 2_000 + output * 10_000, input, output));
  }

  static PastCall call(
      String id, Instant time, String user, String model, long requested, Spend spend) {
    var dimensions =
        Dimensions.newBuilder().setProvider("p").setModel(model).setTeam("search").setUser(user);
    return new PastCall(id, time, dimensions.build(), "", requested, "USD", false, spend);
  }

  synchronized void add(PastCall... more) {
    calls.addAll(List.of(more));
  }

  @Override
  public synchronized List<Hour> hours(Question question) {
    var hours = new TreeMap<Instant, Long>();
    for (var call : calls) {
      if (isOf(question, call, question.since(), question.until())) {
        hours.merge(call.checkTime().truncatedTo(ChronoUnit.HOURS), 1L, Long::sum);
      }
    }
    return hours.entrySet().stream().map(hour -> new Hour(hour.getKey(), hour.getValue())).toList();
  }

  private static boolean isOf(Question question, PastCall call, Instant since, Instant until) {
    return question.pins().getOrDefault("team", "search").equals(call.dimensions().getTeam())
        && question
            .pins()
            .getOrDefault("user", call.dimensions().getUser())
            .equals(call.dimensions().getUser())
        && !call.checkTime().isBefore(since)
        && call.checkTime().isBefore(until);
  }

  @Override
  public List<PastCall> page(Question question, Place after, Instant until, int size) {
    asked.incrementAndGet();
    pages.acquireUninterruptibly();
    synchronized (this) {
      return calls.stream()
          .filter(call -> isOf(question, call, after.checkTime(), until))
          .filter(call ->
              call.checkTime().isAfter(after.checkTime())
                  || call.eventId().compareTo(after.eventId()) > 0)
          .limit(size)
          .toList();
    }
  }
}

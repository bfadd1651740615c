package dev.tollgate.load.query;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.load.drive.MeasurementFailed;
import dev.tollgate.proto.query.v1.QueryServiceGrpc;
import dev.tollgate.proto.query.v1.QueryServiceGrpc.QueryServiceBlockingStub;
import io.grpc.Channel;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// Asks for one tenant, never twice the same. Safe for concurrent use where `random` is.
record Asking(ClickHouse clickHouse, Channel channel, String tenant, RandomGenerator random) {
  private static final int HOURS = 24;

  /// A time range.
  record Range(Instant start, Instant end) {}

  /// Nearly all of the month, beginning at one of the first day's hours and ending at one of the
  /// last day's.
  Range range() {
    return new Range(
        Seed.START.plus(Duration.ofHours(random.nextInt(HOURS))),
        Seed.END.minus(Duration.ofHours(random.nextInt(HOURS))));
  }

  Map<String, BigInteger> rpc(Question question, Range range) {
    return question.rpc().ask(stub(), range.start(), range.end());
  }

  private QueryServiceBlockingStub stub() {
    return QueryServiceGrpc.newBlockingStub(channel).withMaxInboundMessageSize(16 << 20);
  }

  Map<String, BigInteger> sql(String statement, Range range) {
    var figures = new TreeMap<String, BigInteger>();
    clickHouse
        .query(
            statement,
            Map.of("tenant", tenant, "start", range.start(), "end", range.end()),
            row -> Map.entry(row.text("name"), row.bigInteger("amount")))
        .forEach(row -> figures.put(row.getKey(), row.getValue()));
    return figures;
  }

  /// Fails where the RPC and the statements do not say the same.
  void check(Question question) {
    var range = range();
    var answer = rpc(question, range);
    same(question.name() + " and the events", answer, sql(question.raw(), range));
    question
        .rollup()
        .ifPresent(rollup -> same(question.name() + " and the rollup", answer, sql(rollup, range)));
    if (answer.isEmpty()) {
      throw new MeasurementFailed(question.name() + " of " + tenant + " has no rows");
    }
  }

  private void same(String what, Map<String, BigInteger> one, Map<String, BigInteger> other) {
    if (!one.equals(other)) {
      throw new MeasurementFailed("%s differ for %s:%n%s%n%s".formatted(what, tenant, one, other));
    }
  }
}

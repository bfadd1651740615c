package dev.tollgate.load.query;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.load.drive.MeasurementFailed;
import dev.tollgate.proto.query.v1.QueryServiceGrpc;
import dev.tollgate.proto.query.v1.QueryServiceGrpc.QueryServiceBlockingStub;
import io.grpc.Channel;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// Asks for one tenant. Safe for concurrent use where `random` is.
///
/// @param month the time in which usage was made up
record Asking(
    ClickHouse clickHouse, Channel channel, String tenant, Range month, RandomGenerator random) {
  private static final int HOURS = 24;

  /// What a question asks for of nearly all of the month: from one of the first day's hours to one
  /// of the last day's.
  Range range(Question question) {
    return question
        .within()
        .apply(
            new Range(
                month.start().plus(Duration.ofHours(random.nextInt(HOURS))),
                month.end().minus(Duration.ofHours(random.nextInt(HOURS)))));
  }

  Map<String, BigInteger> rpc(Question question, Range range) {
    return question.rpc().ask(stub(), range);
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
    var range = range(question);
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
      throw new MeasurementFailed(
          "%s differ for %s:%n%s%n%s"
              .formatted(what, tenant, without(one, other), without(other, one)));
    }
  }

  private static Map<String, BigInteger> without(
      Map<String, BigInteger> figures, Map<String, BigInteger> others) {
    var left = new TreeMap<>(figures);
    left.entrySet().removeAll(others.entrySet());
    return left;
  }
}

package dev.tollgate.load.query;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.clickhouse.Row;
import dev.tollgate.load.drive.MeasurementFailed;
import dev.tollgate.proto.query.v1.QueryServiceGrpc;
import dev.tollgate.proto.query.v1.QueryServiceGrpc.QueryServiceBlockingStub;
import io.grpc.Channel;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
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

  /// The figures of the first statement; those of one name are added up. What the others say is
  /// read, too.
  Map<String, BigInteger> sql(List<String> statements, Range range) {
    var figures = new TreeMap<String, BigInteger>();
    each(
        statements.getFirst(),
        range,
        row -> figures.merge(row.text("name"), row.bigInteger("amount"), BigInteger::add));
    statements.stream().skip(1).forEach(statement -> each(statement, range, row -> {}));
    return figures;
  }

  private void each(String statement, Range range, Consumer<Row> consumer) {
    var parameters =
        Map.<String, Object>of("tenant", tenant, "start", range.start(), "end", range.end());
    clickHouse.each(statement, parameters, Map.of(), consumer);
  }

  /// Fails where the RPC and the statements do not say the same.
  void check(Question question) {
    var range = range(question);
    var answer = rpc(question, range);
    same(question.name() + " and the events", answer, sql(question.raw(), range));
    if (!question.rollup().isEmpty()) {
      same(question.name() + " and the rollup", answer, sql(question.rollup(), range));
    }
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

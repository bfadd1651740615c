package dev.tollgate.load.query;

import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.query.v1.QueryServiceGrpc.QueryServiceBlockingStub;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What is asked, by RPC and by bare statements that say as much; the first of several has figures
/// that can be compared.
///
/// @param within the part that is asked for of a range that was drawn at random
/// @param rollup reads what the RPC may read; empty where no rollup has it
/// @param raw reads the events
record Question(
    String name, UnaryOperator<Range> within, Rpc rpc, List<String> rollup, List<String> raw) {
  private static final int PICO_DIGITS = 12;

  /// Asks a service; answers a figure by name, as the statements do.
  interface Rpc {
    Map<String, BigInteger> ask(QueryServiceBlockingStub query, Range range);
  }

  /// @param month the time in which usage was made up
  static List<Question> all(Range month) {
    return Stream.of(
            SpendQuestions.all(), CallQuestions.all(month), List.of(BudgetQuestion.of(month)))
        .flatMap(List::stream)
        .toList();
  }

  /// A question that the events answer.
  static Question of(String name, Rpc rpc, String raw) {
    return new Question(name, UnaryOperator.identity(), rpc, List.of(), Statements.several(raw));
  }

  Question orRollup(String file) {
    return new Question(name, within, rpc, Statements.several(file), raw);
  }

  Question within(UnaryOperator<Range> part) {
    return new Question(name, part, rpc, rollup, raw);
  }

  /// The figures of an answer's rows; those of one name are added up.
  static <T> Map<String, BigInteger> figures(
      List<T> rows, Function<T, String> name, Function<T, BigInteger> amount) {
    return rows.stream()
        .collect(Collectors.toMap(name, amount, BigInteger::add, () -> new TreeMap<>()));
  }

  static BigInteger picos(Money money) {
    return picos(money.getAmount());
  }

  static BigInteger picos(String amount) {
    return new BigDecimal(amount).movePointRight(PICO_DIGITS).toBigIntegerExact();
  }
}

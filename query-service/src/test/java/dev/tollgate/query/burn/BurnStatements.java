package dev.tollgate.query.burn;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.proto.budget.v1.Budget;
import dev.tollgate.proto.budget.v1.Lifetime;
import dev.tollgate.proto.budget.v1.Limit;
import dev.tollgate.proto.budget.v1.Window;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.query.statement.Statement;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/// Every kind of statement that a question about burn can lead to.
@NullMarked
public final class BurnStatements {
  private static final Instant NOW = Instant.parse("2026-08-03T12:00:00.001Z");

  private BurnStatements() {}

  public static List<Statement> of(String tenant) {
    var month = Window.newBuilder();
    month.getCalendarMonthBuilder();
    var plain = Budget.newBuilder().setBudgetId("plain").setWindow(month);
    plain.addLimitsBuilder().setRequests(5);
    var narrow =
        plain.clone().setBudgetId("narrow").addGroupBy("user").addGroupBy("tags.cost_owner");
    narrow.getWindowBuilder().setLifetime(Lifetime.getDefaultInstance());
    for (var name : Dimension.names()) {
      narrow.putSelector(name, "x' OR 1 = 1").putExclude(name, "a' OR '");
    }
    narrow.putSelector("tags.cost_owner", "x' OR 1 = 1");
    var fallback = narrow.clone().setBudgetId("fallback").setFallback(true);
    var money =
        Limit.newBuilder().setCost(Money.newBuilder().setCurrencyCode("USD").setAmount("5"));
    var statements = new ArrayList<Statement>();
    for (var limit :
        List.of(
            money,
            Limit.newBuilder().setTokens(5),
            Limit.newBuilder().setInputTokens(5),
            Limit.newBuilder().setOutputTokens(5),
            Limit.newBuilder().setRequests(5))) {
      var budget = fallback.clone().clearLimits().addLimits(limit).build();
      var all = List.of(plain.build(), narrow.build(), budget);
      var counted = CountedBudget.of(tenant, budget, all, NOW);
      statements.add(BurnStatement.groups(counted));
      statements.add(BurnStatement.passed(counted, List.of(BigInteger.ONE), 10));
    }
    var grouped = CountedBudget.of(tenant, narrow.build(), List.of(), NOW);
    statements.add(BurnStatement.used(grouped, List.of(List.of("x' OR 1 = 1", "a' OR '"))));
    statements.add(
        BurnStatement.used(CountedBudget.of(tenant, plain.build(), List.of(), NOW), List.of()));
    var two = plain.addLimits(money).build();
    statements.add(
        BurnStatement.passed(
            CountedBudget.of(tenant, two, List.of(), NOW),
            List.of(BigInteger.ONE, BigInteger.TWO),
            10));
    return statements;
  }
}

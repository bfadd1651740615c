package dev.tollgate.query.unit;

import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.query.v1.TopUsers;
import dev.tollgate.proto.query.v1.UnitEconomicsRow;
import dev.tollgate.query.answer.Wire;
import java.math.BigInteger;
import java.util.function.Consumer;

/// Lines as rows of an answer, with what follows from them.
final class UnitRows {
  private static final BigInteger THOUSAND = BigInteger.valueOf(1_000);

  private final UnitQuestion question;
  private final Economics economics;

  UnitRows(UnitQuestion question, Economics economics) {
    this.question = question;
    this.economics = economics;
  }

  /// The row of a line without its group.
  UnitEconomicsRow.Builder row(UnitLine line, Units units) {
    var currency = line.currency();
    var row =
        UnitEconomicsRow.newBuilder()
            .setCost(Wire.money(currency, line.cost()))
            .setModelCost(Wire.money(currency, line.model()))
            .setEvents(units.events())
            .setRequests(units.requests())
            .setSuccesses(units.successes())
            .setInteractions(units.interactions())
            .setSessions(units.sessions())
            .setActiveUsers(units.users())
            .setFeatures(units.features())
            .setTokens(units.tokens())
            .setUnpricedEvents(line.unpriced())
            .setLowerBound(line.unpriced() > 0);
    share(line.cost(), economics.totals().getOrDefault(currency, line).cost(), row::setCostShare);
    per(line, units.requests(), row::setCostPerRequest);
    per(line, units.successes(), row::setCostPerSuccess);
    per(line, units.interactions(), row::setCostPerInteraction);
    per(line, units.sessions(), row::setCostPerSession);
    per(line, units.users(), row::setCostPerActiveUser);
    per(line, units.features(), row::setCostPerFeature);
    if (units.tokens() > 0) {
      var cost = line.cost().multiply(THOUSAND);
      row.setCostPer1000Tokens(Wire.per(currency, cost, BigInteger.valueOf(units.tokens())));
    }
    if (question.full()) {
      row.setOtherCost(Wire.money(currency, line.other()));
    }
    if (question.revenueKind().isPresent()) {
      var margin = line.revenue().subtract(line.cost());
      row.setRevenue(Wire.money(currency, line.revenue())).setMargin(Wire.money(currency, margin));
      share(margin, line.revenue(), row::setMarginShare);
    }
    return row;
  }

  static TopUsers users(UserLine line) {
    var users =
        TopUsers.newBuilder()
            .setUsers(line.users())
            .setTop(line.top())
            .setCost(Wire.money(line.currency(), line.cost()))
            .setTopCost(Wire.money(line.currency(), line.topCost()));
    share(line.topCost(), line.cost(), users::setShare);
    return users.build();
  }

  private static void per(UnitLine line, long count, Consumer<Money> setter) {
    if (count > 0) {
      setter.accept(Wire.per(line.currency(), line.cost(), BigInteger.valueOf(count)));
    }
  }

  private static void share(BigInteger part, BigInteger whole, Consumer<Double> setter) {
    if (whole.signum() > 0) {
      setter.accept(Wire.share(part, whole));
    }
  }
}

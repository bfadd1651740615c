package dev.tollgate.query.cost;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.query.v1.FxRate;
import dev.tollgate.proto.query.v1.FxTable;
import dev.tollgate.proto.query.v1.PutFxTableRequest;
import dev.tollgate.proto.query.v1.PutFxTableResponse;
import dev.tollgate.query.answer.Asked;
import dev.tollgate.query.fx.FxRpc;
import dev.tollgate.query.fx.FxTables;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.NullMarked;

/// Rates that a test makes up, and what an amount is worth by them: found by looking at all of
/// them, with nothing of what the service does.
@NullMarked
public final class MadeRates {
  public static final MadeRates NONE = new MadeRates("");
  static final int DAYS_MAX = 40;

  private record Rate(String currency, LocalDate date, BigDecimal worth) {}

  private final String currency;
  private final List<Rate> rates = new ArrayList<>();

  /// @param currency into which they convert
  public MadeRates(String currency) {
    this.currency = currency;
  }

  /// New rates of each currency after 1 to 39 days, over a range.
  public static MadeRates random(
      RandomGenerator random,
      String currency,
      List<String> currencies,
      LocalDate start,
      LocalDate end) {
    var rates = new MadeRates(currency);
    for (var each : currencies) {
      for (var date = start; date.isBefore(end); date = date.plusDays(random.nextInt(1, 40))) {
        var worth =
            BigDecimal.valueOf(
                random.nextLong(1, random.nextBoolean() ? 2_000_000_000_000L : 9_000_000_000_000L),
                random.nextInt(4) == 0 ? 6 : 12);
        rates.add(each, date.toString(), worth.toPlainString());
      }
    }
    return rates;
  }

  public MadeRates add(String from, String date, String worth) {
    rates.add(new Rate(from, LocalDate.parse(date), new BigDecimal(worth)));
    return this;
  }

  /// The currency in which a row's amounts are.
  public String currency(String own) {
    return currency.isEmpty() ? own : currency;
  }

  public BigDecimal worth(String from, Instant time) {
    if (currency.isEmpty() || currency.equals(from)) {
      return BigDecimal.ONE;
    }
    var day = LocalDate.ofInstant(time, ZoneOffset.UTC);
    return rates.stream()
        .filter(rate -> rate.currency.equals(from) && !rate.date.isAfter(day))
        .max(Comparator.comparing(Rate::date))
        .orElseThrow()
        .worth;
  }

  FxTable onWire(String id, long version) {
    var table =
        FxTable.newBuilder()
            .setFxTableId(id)
            .setCurrencyCode(currency)
            .setSource("made up")
            .setDaysMax(DAYS_MAX)
            .setVersion(version);
    rates.forEach(rate ->
        table.addRates(
            FxRate.newBuilder()
                .setCurrencyCode(rate.currency)
                .setDate(rate.date.toString())
                .setRate(rate.worth.toPlainString())));
    return table.build();
  }

  /// Stores them as the tenant's table `group`.
  public void put(FxTables tables, String tenant) {
    put(tables, tenant, "group", 0);
  }

  /// Stores them on top of a version.
  FxTable put(FxTables tables, String tenant, String id, long version) {
    var request = PutFxTableRequest.newBuilder().setTable(onWire(id, version)).build();
    var admin = new Caller("key", Set.of(Role.ROLE_ADMIN), tenant, Map.of());
    return Asked.<PutFxTableResponse>by(
            admin, observer -> new FxRpc(tables).putFxTable(request, observer))
        .getTable();
  }
}

package dev.tollgate.query.fx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Failure.Violation;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.control.LateControlTable;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.query.v1.FxRate;
import dev.tollgate.proto.query.v1.FxTable;
import dev.tollgate.proto.query.v1.GetFxTableRequest;
import dev.tollgate.proto.query.v1.GetFxTableResponse;
import dev.tollgate.proto.query.v1.ListFxTablesRequest;
import dev.tollgate.proto.query.v1.ListFxTablesResponse;
import dev.tollgate.proto.query.v1.PutFxTableRequest;
import dev.tollgate.proto.query.v1.PutFxTableResponse;
import dev.tollgate.query.answer.Asked;
import dev.tollgate.query.cost.TestLedger;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

@NullMarked
@ExtendWith(StoresExtension.class)
class FxRpcIT {
  private final ClickHouse clickHouse;
  private final FxRpc rpc;
  private final String tenant;

  FxRpcIT(Stores stores, TestInfo test) {
    this.clickHouse = ClickHouse.connect(TestLedger.settings(stores));
    this.rpc = new FxRpc(new FxTables(new LateControlTable(clickHouse, FxTables.TABLE)));
    this.tenant = stores.tenant() + "-" + test.getTestMethod().orElseThrow().getName();
  }

  @AfterEach
  void close() {
    clickHouse.close();
  }

  @Test
  void table_writtenTwice_keepsBothVersions() {
    var first = put(table("ecb", "EUR", rate("USD", "2026-08-02", "0.90"), usd("2026-08-01")));
    var second = put(table("ecb", "EUR", usd("2026-08-01")).toBuilder().setVersion(1).build());

    assertThat(first.getVersion()).isEqualTo(1);
    assertThat(first.getActor()).isEqualTo("key");
    assertThat(first.hasUpdateTime()).isTrue();
    assertThat(first.getDaysMax()).isEqualTo(7);
    assertThat(first.getRatesList())
        .containsExactly(usd("2026-08-01"), rate("USD", "2026-08-02", "0.9"));
    assertThat(get("ecb", 0)).isEqualTo(second);
    assertThat(get("ecb", 1)).isEqualTo(first);
    assertThat(get("ecb", 2)).isEqualTo(second);
    assertThat(failure(() -> get("ecb", 3)).reason()).isEqualTo(Reason.FX_TABLE_UNKNOWN);
    assertThat(failure(() -> get("boe", 0)).reason()).isEqualTo(Reason.FX_TABLE_UNKNOWN);
  }

  @Test
  void tables_ofATenant_areListedWithoutRatesAndByIt() {
    var euro = put(table("ecb", "EUR", usd("2026-08-01")));
    var pound = put(table("boe", "GBP", usd("2026-08-01")));

    assertThat(list(admin(tenant)).getTablesList())
        .containsExactly(
            pound.toBuilder().clearRates().build(), euro.toBuilder().clearRates().build());
    assertThat(list(admin(tenant + "-other"))).isEqualTo(ListFxTablesResponse.getDefaultInstance());
    var other = GetFxTableRequest.newBuilder().setFxTableId("ecb").build();
    assertThat(
            failure(() ->
                    Asked.<GetFxTableResponse>by(
                        admin(tenant + "-other"), observer -> rpc.getFxTable(other, observer)))
                .reason())
        .isEqualTo(Reason.FX_TABLE_UNKNOWN);
  }

  @Test
  void put_onAnotherVersion_isAConflictUnlessItIsARetry() {
    var wanted = table("ecb", "EUR", usd("2026-08-01"), usd("2026-08-02"));
    var first = put(wanted);
    var turned = table("ecb", "EUR", usd("2026-08-02"), usd("2026-08-01"));

    assertThat(put(wanted)).isEqualTo(first);
    assertThat(put(turned)).isEqualTo(first);
    for (var other :
        List.of(
            wanted.toBuilder().setSource("elsewhere"),
            wanted.toBuilder().setDaysMax(8),
            wanted.toBuilder().removeRates(0),
            wanted.toBuilder().setVersion(2))) {
      assertThat(failure(() -> put(other.build())).reason()).isEqualTo(Reason.WRITE_CONFLICT);
    }
    assertThat(get("ecb", 0)).isEqualTo(first);
  }

  @Test
  void put_mistakes_areNamedTogether() {
    var bad =
        FxTable.newBuilder()
            .setFxTableId("ECB")
            .setCurrencyCode("EUR")
            .setDaysMax(401)
            .setVersion(-1)
            .addRates(rate("EUR", "2026-08-01", "1"))
            .addRates(rate("usd", "2026-02-30", "0"))
            .addRates(rate("USD", "2026-8-1", "-0.9"))
            .addRates(rate("USD", "1999-12-31", "0.1234567890123"))
            .addRates(rate("USD", "2026-08-01", "9000000.1"))
            .addRates(rate("USD", "2026-08-01", "9e2"))
            .build();

    var failure = failure(() -> put(bad));

    assertThat(failure.reason()).isEqualTo(Reason.FIELD_INVALID);
    assertThat(failure.violations())
        .extracting(Violation::field)
        .containsExactly(
            "table.fx_table_id",
            "table.source",
            "table.days_max",
            "table.version",
            "table.rates[0].currency_code",
            "table.rates[1].currency_code",
            "table.rates[1].date",
            "table.rates[1].rate",
            "table.rates[2].date",
            "table.rates[2].rate",
            "table.rates[3].date",
            "table.rates[3].rate",
            "table.rates[3].date",
            "table.rates[4].rate",
            "table.rates[5].rate",
            "table.rates[5].date");
    assertThat(failure.violations().get(5).description())
        .isEqualTo("\"usd\" (expected: an ISO 4217 code like USD)");
  }

  @Test
  void put_atTheLimits_isKeptAndBeyondRefused() {
    var most = table("ecb", "EUR").toBuilder();
    for (var i = 0; i < 10_000; i++) {
      var day = LocalDate.parse("2000-01-01").plusDays(i);
      most.addRates(rate("USD", day.toString(), "8999999.000000000001"));
    }
    assertThat(put(most.build()).getRatesCount()).isEqualTo(10_000);
    assertThat(get("ecb", 0).getRates(9_999).getRate()).isEqualTo("8999999.000000000001");

    var more = most.addRates(usd("2050-01-01")).build();
    assertThat(failure(() -> put(more)).violations())
        .extracting(Violation::field)
        .containsExactly("table.rates (size)");
    var none = table("ecb", "EUR");
    assertThat(failure(() -> put(none)).violations())
        .extracting(Violation::field)
        .containsExactly("table.rates (size)");
    var wrong = table("ecb", "EUR").toBuilder();
    wrong.addAllRates(Collections.nCopies(10_000, FxRate.getDefaultInstance()));
    assertThat(failure(() -> put(wrong.build())).violations()).hasSizeBetween(100, 110);
    var missing = PutFxTableRequest.getDefaultInstance();
    assertThat(
            failure(() ->
                    Asked.<PutFxTableResponse>by(
                        admin(tenant), observer -> rpc.putFxTable(missing, observer)))
                .violations()
                .getFirst()
                .field())
        .isEqualTo("table");
  }

  @Test
  void put_moreTablesThanATenantMayHave_isLimitReached() {
    for (var i = 0; i < 20; i++) {
      put(table("table-" + i, "EUR", usd("2026-08-01")));
    }

    assertThat(failure(() -> put(table("one-more", "EUR", usd("2026-08-01")))).reason())
        .isEqualTo(Reason.LIMIT_REACHED);
    var again = table("table-7", "EUR", usd("2026-08-02")).toBuilder().setVersion(1).build();
    assertThat(put(again).getVersion()).isEqualTo(2);
  }

  @Test
  void credential_thatPins_mayReadButNotWrite() {
    var table = put(table("ecb", "EUR", usd("2026-08-01")));
    var pinned = new Caller("key", Set.of(Role.ROLE_ADMIN), tenant, Map.of("team", "search"));
    var request = PutFxTableRequest.newBuilder().setTable(table).build();

    assertThat(
            failure(() ->
                    Asked.<PutFxTableResponse>by(
                        pinned, observer -> rpc.putFxTable(request, observer)))
                .reason())
        .isEqualTo(Reason.DIMENSION_FORBIDDEN);
    assertThat(list(pinned).getTablesCount()).isEqualTo(1);
  }

  private FxTable put(FxTable table) {
    var request = PutFxTableRequest.newBuilder().setTable(table).build();
    return Asked.<PutFxTableResponse>by(
            admin(tenant), observer -> rpc.putFxTable(request, observer))
        .getTable();
  }

  private FxTable get(String id, long version) {
    var request = GetFxTableRequest.newBuilder().setFxTableId(id).setVersion(version).build();
    return Asked.<GetFxTableResponse>by(
            admin(tenant), observer -> rpc.getFxTable(request, observer))
        .getTable();
  }

  private ListFxTablesResponse list(Caller caller) {
    return Asked.by(
        caller, observer -> rpc.listFxTables(ListFxTablesRequest.getDefaultInstance(), observer));
  }

  private static FxTable table(String id, String currency, FxRate... rates) {
    return FxTable.newBuilder()
        .setFxTableId(id)
        .setCurrencyCode(currency)
        .setSource("test")
        .addAllRates(List.of(rates))
        .build();
  }

  private static FxRate usd(String date) {
    return rate("USD", date, "0.8");
  }

  private static FxRate rate(String currency, String date, String rate) {
    return FxRate.newBuilder().setCurrencyCode(currency).setDate(date).setRate(rate).build();
  }

  private static Caller admin(String tenant) {
    return new Caller("key", Set.of(Role.ROLE_ADMIN), tenant, Map.of());
  }

  private static Failure failure(Runnable call) {
    return catchThrowableOfType(Failure.class, call::run);
  }
}

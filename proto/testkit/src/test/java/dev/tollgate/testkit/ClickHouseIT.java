package dev.tollgate.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.clickhouse.ClickHouseSettings;
import dev.tollgate.secret.Secret;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(StoresExtension.class)
class ClickHouseIT {
  private final ClickHouseSettings settings;
  private final ClickHouse clickHouse;

  ClickHouseIT(Stores stores) {
    settings =
        new ClickHouseSettings(
            stores.clickHouseUrl(),
            stores.database(),
            stores.clickHouseUser(),
            stores.clickHousePassword());
    clickHouse = ClickHouse.connect(settings);
  }

  @AfterEach
  void disconnect() {
    clickHouse.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "plain",
        "'",
        "''",
        "\"",
        "`",
        "\\",
        "\\\\",
        "\\'",
        "\\n",
        "\\N",
        "NULL",
        "tab\there",
        "line\nhere",
        "return\rhere",
        "zero\0here",
        "' OR 1=1 --",
        "'; DROP TABLE t; --",
        "\\' OR 1=1 --",
        "{other:String}",
        "${x} %s ? :x",
        "ünïcödé 漢字 🙂",
        "&param_other=1",
        "a=b&c=d#e+f%20g",
        "[1,2]",
        " lead and trail ",
        "--boundary\r\nContent-Disposition: form-data; name=\"query\"\r\n\r\nSELECT 2"
      })
  void query_anyText_comesBackUnchanged(String text) {
    var parameters =
        Map.<String, Object>of("x", text, "xs", List.of(text, "b"), "m", Map.of(text, text));

    var rows =
        clickHouse.query(
            """
            SELECT {x:String} AS x, {xs:Array(String)} AS xs, {m:Map(String, String)} AS m,
              length({x:String}) AS n
            """,
            parameters,
            row -> List.of(row.text("x"), row.list("xs"), row.map("m"), row.integer("n")));

    var bytes = (long) text.getBytes(StandardCharsets.UTF_8).length;
    assertThat(rows).containsExactly(List.of(text, List.of(text, "b"), Map.of(text, text), bytes));
  }

  @Test
  void query_everyTypeOfParameter_comesBackExact() {
    var time = Instant.parse("2026-08-01T12:34:56.789Z");
    var second = Instant.parse("2026-08-01T12:34:56Z");
    var big = new BigInteger("-170141183460469231731687303715884105728");

    var rows =
        clickHouse.query(
            """
            SELECT {i:Int64} AS i, {b:Int128} AS b, {d:Decimal(38, 12)} AS d,
              {t:DateTime64(3, 'UTC')} AS t, {s:DateTime('UTC')} AS s, {f:UInt8} AS f,
              {ts:Array(DateTime64(3, 'UTC'))} AS ts, toFloat64(0.5) AS h
            """,
            Map.of(
                "i",
                Long.MIN_VALUE,
                "b",
                big,
                "d",
                new BigDecimal("47.608895000001"),
                "t",
                time,
                "s",
                second,
                "f",
                true,
                "ts",
                List.of(time, second)),
            row -> {
              assertThat(row.integer("i")).isEqualTo(Long.MIN_VALUE);
              assertThat(row.bigInteger("b")).isEqualTo(big);
              assertThat(row.text("d")).isEqualTo("47.608895000001");
              assertThat(row.instant("t")).isEqualTo(time);
              assertThat(row.instant("s")).isEqualTo(second);
              assertThat(row.flag("f")).isTrue();
              assertThat(row.number("h")).isEqualTo(0.5);
              assertThat(row.list("ts")).hasSize(2);
              return row.integer("i");
            });

    assertThat(rows).hasSize(1);
  }

  @Test
  void query_sixHundredIds_areTaken() {
    var ids = IntStream.range(0, 600).mapToObj(i -> "event-" + i + "-".repeat(128)).toList();

    var found =
        clickHouse.query(
            "SELECT length({ids:Array(String)}) AS n, {tenant:String} AS tenant",
            Map.of("ids", ids, "tenant", "a"),
            row -> row.integer("n"));

    assertThat(found).containsExactly(600L);
  }

  @Test
  void query_hundredThousandRows_areAllRead() {
    var rows =
        clickHouse.query(
            "SELECT toInt64(number) AS n, toString(number) AS s FROM system.numbers LIMIT 100000",
            Map.of(),
            row -> row.integer("n") + row.text("s").length());

    assertThat(rows).hasSize(100_000);
  }

  @Test
  void query_overAServerLimit_isQueryTooLarge() {
    assertReason(
        Reason.QUERY_TOO_LARGE,
        () ->
            limited("SELECT sum(number) AS n FROM numbers(100000000)", "max_rows_to_read", "1000"));
    assertReason(
        Reason.QUERY_TOO_LARGE,
        () -> limited("SELECT sleepEachRow(0.5) AS n FROM numbers(5)", "max_execution_time", "1"));
    assertReason(
        Reason.QUERY_TOO_LARGE,
        () ->
            limited(
                "SELECT length(groupArray(number)) AS n FROM numbers(50000000)",
                "max_memory_usage",
                "10000000"));
    assertReason(
        Reason.QUERY_TOO_LARGE,
        () -> limited("SELECT number AS n FROM numbers(5000)", "max_result_rows", "10"));
  }

  @Test
  void query_wrongSql_isABug() {
    assertThatThrownBy(() -> limited("SELECT nonsense", "max_execution_time", "1"))
        .isNotInstanceOf(Failure.class)
        .hasMessageContaining("nonsense");
  }

  @Test
  void connect_nobodyListens_isStoreUnavailable() {
    var nowhere =
        new ClickHouseSettings(
            URI.create("http://127.0.0.1:1"), "tollgate", "default", new Secret(""));

    assertReason(Reason.STORE_UNAVAILABLE, () -> ClickHouse.connect(nowhere));
  }

  @Test
  void connect_databaseIsMissing_makesIt() {
    var other =
        new ClickHouseSettings(
            settings.url(), settings.database() + "_new", settings.user(), settings.password());

    try (var fresh = ClickHouse.connect(other);
        var again = ClickHouse.connect(other)) {
      fresh.execute("CREATE TABLE t (n Int64) ENGINE = MergeTree ORDER BY n");
      var rows = again.query("SELECT count() AS n FROM t", Map.of(), row -> row.integer("n"));
      assertThat(rows).containsExactly(0L);
      fresh.execute("DROP DATABASE " + other.database());
    }
  }

  private List<Long> limited(String sql, String setting, String value) {
    return clickHouse.query(sql, Map.of(), Map.of(setting, value), row -> row.integer("n"));
  }

  private static void assertReason(Reason reason, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.reason()).isEqualTo(reason));
  }
}

package dev.tollgate.ingest.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import dev.tollgate.ingest.attribute.Filled;
import dev.tollgate.ingest.encode.Fact;
import dev.tollgate.ingest.encode.FactRow;
import dev.tollgate.ingest.encode.Noted;
import dev.tollgate.ingest.encode.Tables;
import dev.tollgate.ingest.encode.UsageRow;
import dev.tollgate.ingest.ledger.Ledger.EventKey;
import dev.tollgate.ingest.log.Entry;
import dev.tollgate.ingest.log.Fingerprint;
import dev.tollgate.ingest.log.Logged;
import dev.tollgate.money.Picos;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.ingest.v1.CostLine;
import dev.tollgate.proto.ingest.v1.Deployment;
import dev.tollgate.proto.ingest.v1.Outcome;
import dev.tollgate.proto.ingest.v1.OutcomeResult;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.rating.Charge;
import dev.tollgate.rating.ChargeStatus;
import dev.tollgate.rating.Usage;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What every `Ledger` must do. Run against the model in memory and against a real ClickHouse.
abstract class LedgerContract {
  static final Instant TIME = Instant.parse("2026-07-31T23:30:00.123Z");
  static final long COST_PICOS = 12_000;

  abstract Ledger ledger();

  /// One that no other test has.
  abstract String tenant();

  /// How many rows of usage there are.
  abstract long count(String tenant);

  /// How many rows there are in a table.
  abstract long count(String tenant, String table);

  final void insert(Batch batch) {
    batch
        .parts()
        .forEach(part -> assertThat(ledger().insert(part)).isEqualTo(new Insertion.Taken()));
  }

  @Test
  void insert_newBatch_isFoundWithWhatWasSent() {
    var tenant = tenant();
    insert(batch(tenant, "log-" + tenant, 1, 3));

    assertThat(count(tenant)).isEqualTo(3);
    assertThat(ledger().find(Entry.USAGE_TABLE, tenant, keys(0, 5)))
        .isEqualTo(
            Map.of(
                "e0",
                new Fingerprint(7, 0),
                "e1",
                new Fingerprint(7, 1),
                "e2",
                new Fingerprint(7, 2)));
  }

  @Test
  void insert_sameBatchAgain_changesNothing() {
    var tenant = tenant();
    var batch = batch(tenant, "log-" + tenant, 1, 100);
    insert(batch);
    insert(batch);
    insert(batch(tenant, "log-" + tenant, 1, 100));

    assertThat(count(tenant)).isEqualTo(100);
  }

  @Test
  void insert_nextBatchOfTheLog_isAdded() {
    var tenant = tenant();
    insert(batch(tenant, "log-" + tenant, 1, 5));
    insert(batch(tenant, "log-" + tenant, 6, 5));
    insert(batch(tenant, "other-" + tenant, 11, 5));

    assertThat(count(tenant)).isEqualTo(15);
  }

  @Test
  void missing_partOfABatchIsThere_areTheOthers() {
    var tenant = tenant();
    var part = batch(tenant, "log-" + tenant, 1, 60).parts().getFirst();
    assertThat(ledger().missing(part)).isEqualTo(part.entries());

    ledger().insert(part.again(part.entries().subList(0, 20), 1));
    assertThat(ledger().missing(part)).isEqualTo(part.entries().subList(20, 60));

    ledger().insert(part.again(part.entries().subList(20, 60), 2));
    assertThat(ledger().missing(part)).isEmpty();
    assertThat(count(tenant)).isEqualTo(60);
  }

  @Test
  void missing_samePositionsOfAnotherLog_areMissing() {
    var tenant = tenant();
    insert(batch(tenant, "log-" + tenant, 1, 3));

    var other = batch(tenant, "other-" + tenant, 1, 3).parts().getFirst();
    assertThat(ledger().missing(other)).isEqualTo(other.entries());
  }

  @Test
  void missing_facts_areLookedForInTheirTables() {
    var tenant = tenant();
    var parts = mixed(tenant).parts();
    assertThat(parts).hasSize(4);
    for (var part : parts) {
      assertThat(ledger().missing(part)).as(part.table()).isEqualTo(part.entries());
      ledger().insert(part);
      assertThat(ledger().missing(part)).as(part.table()).isEmpty();
    }
  }

  @Test
  void recount_nothingWrong_changesNothing() {
    var tenant = tenant();
    var batch = batch(tenant, "log-" + tenant, 1, 60);
    insert(batch);
    batch.parts().forEach(ledger()::recount);

    assertThat(count(tenant)).isEqualTo(60);
  }

  @Test
  void find_otherTenant_findsNothing() {
    var tenant = tenant();
    insert(batch(tenant, "log-" + tenant, 1, 3));

    assertThat(ledger().find(Entry.USAGE_TABLE, tenant(), keys(0, 3))).isEmpty();
  }

  @Test
  void find_otherTimeInTheSameHour_findsIt() {
    var tenant = tenant();
    insert(batch(tenant, "log-" + tenant, 1, 1));
    var begin = TIME.truncatedTo(ChronoUnit.HOURS);

    for (var time : List.of(begin, begin.plusMillis(3_599_999))) {
      assertThat(find(tenant, time)).containsOnlyKeys("e0");
    }
    for (var time : List.of(begin.minusMillis(1), begin.plusSeconds(3_600))) {
      assertThat(find(tenant, time)).isEmpty();
    }
  }

  private Map<String, Fingerprint> find(String tenant, Instant time) {
    var key = new EventKey("e0", time.toEpochMilli());
    return ledger().find(Entry.USAGE_TABLE, tenant, List.of(key));
  }

  @Test
  void find_manyIds_findsThoseThatAreThere() {
    var tenant = tenant();
    insert(batch(tenant, "log-" + tenant, 1, 700));

    assertThat(ledger().find(Entry.USAGE_TABLE, tenant, keys(300, 1_000)))
        .hasSize(400)
        .containsKey("e699");
  }

  @Test
  void insert_batchOfSeveralTables_addsToEachOnce() {
    var tenant = tenant();
    insert(mixed(tenant));
    insert(mixed(tenant));

    assertThat(count(tenant)).isEqualTo(2);
    assertThat(count(tenant, "outcomes")).isEqualTo(2);
    assertThat(count(tenant, "deployments")).isEqualTo(1);
    assertThat(count(tenant, "cost_lines")).isEqualTo(1);
  }

  @Test
  void find_outcome_isFoundInItsTableAndHourOnly() {
    var tenant = tenant();
    insert(mixed(tenant));
    var atItsTime = List.of(new EventKey("o1", TIME.toEpochMilli()));

    assertThat(ledger().find("outcomes", tenant, atItsTime))
        .isEqualTo(Map.of("o1", new Fingerprint(8, 1)));
    assertThat(
            ledger()
                .find(
                    "outcomes",
                    tenant,
                    List.of(new EventKey("o1", TIME.plusSeconds(7_200).toEpochMilli()))))
        .isEmpty();
    assertThat(ledger().find("cost_lines", tenant, atItsTime)).isEmpty();
    assertThat(ledger().find("outcomes", tenant(), atItsTime)).isEmpty();
  }

  @Test
  void find_costLineAndDeployment_areFoundWhateverTheirTime() {
    var tenant = tenant();
    insert(mixed(tenant));

    assertThat(ledger().find("cost_lines", tenant, List.of(new EventKey("c1", 0))))
        .isEqualTo(Map.of("c1", new Fingerprint(8, 3)));
    assertThat(ledger().find("deployments", tenant, List.of(new EventKey("d1", 0))))
        .isEqualTo(Map.of("d1", new Fingerprint(8, 4)));
    assertThat(ledger().find("cost_lines", tenant(), List.of(new EventKey("c1", 0)))).isEmpty();
  }

  /// Two events, two outcomes, a deployment and a cost line, mixed.
  static Batch mixed(String tenant) {
    var entries =
        List.of(
            usage(tenant, 0),
            outcome(tenant, "o1", 1),
            fact(FactRow.COST_LINES, tenant, "c1", CostLine.getDefaultInstance(), 3, 0),
            usage(tenant, 1),
            fact(FactRow.DEPLOYMENTS, tenant, "d1", Deployment.getDefaultInstance(), 4, 0),
            outcome(tenant, "o2", 2));
    var logged =
        IntStream.range(0, entries.size())
            .mapToObj(i -> new Logged(i + 1, entries.get(i)))
            .toList();
    return Batch.of("mixed-" + tenant, Tables.columns(), entries.size(), logged);
  }

  private static Entry outcome(String tenant, String id, long content) {
    var outcome =
        Outcome.newBuilder()
            .setOutcomeTime(Timestamps.fromMillis(TIME.toEpochMilli()))
            .setKind("resolved")
            .setResult(OutcomeResult.OUTCOME_RESULT_SUCCESS)
            .setValue(Money.newBuilder().setCurrencyCode("USD").setAmount("0.000000000001"))
            .setQualityScore(0.25)
            .build();
    return fact(FactRow.OUTCOMES, tenant, id, outcome, content, TIME.toEpochMilli());
  }

  private static <M> Entry fact(
      FactRow<M> row, String tenant, String id, M message, long content, long eventMillis) {
    var fingerprint = new Fingerprint(8, content);
    var bytes = row.encode(new Noted<>(tenant, id, message, fingerprint, 1_000));
    return new Entry.Fact(row.table(), tenant, id, fingerprint, 1_000, eventMillis, bytes);
  }

  static Batch batch(String tenant, String logId, long first, int rows) {
    var usages = new ArrayList<Logged>();
    for (int i = 0; i < rows; i++) {
      usages.add(new Logged(first + i, usage(tenant, first - 1 + i)));
    }
    return Batch.of(logId, Tables.columns(), first + rows - 1, usages);
  }

  /// One event an hour, so that a batch spans several partitions.
  private static Entry usage(String tenant, long number) {
    var time = TIME.plus(Duration.ofHours(number));
    var event =
        UsageEvent.newBuilder()
            .setEventId("e" + number)
            .setEventTime(
                com.google.protobuf.Timestamp.newBuilder()
                    .setSeconds(time.getEpochSecond())
                    .setNanos(time.getNano()))
            .setDimensions(
                Dimensions.newBuilder()
                    .setProvider("p")
                    .setModel("m")
                    .setSession("session")
                    .setInteraction("interaction")
                    .setTrace("trace"))
            .setAttempt(2)
            .setLatency(Durations.fromMillis(1_200))
            .setTimeToFirstToken(Durations.fromMillis(300))
            .setQualityScore(0.5)
            .build();
    var charge =
        new Charge(
            ChargeStatus.PRICED,
            "USD",
            new Picos(COST_PICOS),
            new Picos(COST_PICOS),
            new Picos(COST_PICOS),
            null,
            false,
            List.of(),
            "default@1",
            List.of(),
            List.of());
    var fingerprint = new Fingerprint(7, number);
    var fact =
        new Fact(
            tenant,
            event,
            "",
            fingerprint,
            Usage.of(Map.of("input", 10L)),
            charge,
            1_000,
            900,
            Filled.NOTHING,
            false);
    return new Entry.Usage(
        tenant,
        "e" + number,
        fingerprint,
        1_000,
        time.toEpochMilli(),
        new Entry.Debit("", false, "USD", 12, 10, 0),
        UsageRow.encode(fact));
  }

  private static List<EventKey> keys(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> new EventKey("e" + i, TIME.plus(Duration.ofHours(i)).toEpochMilli()))
        .toList();
  }
}

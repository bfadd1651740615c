package dev.tollgate.ingest.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.attribute.Attribution;
import dev.tollgate.ingest.attribute.Filled;
import dev.tollgate.ingest.encode.Booked;
import dev.tollgate.ingest.encode.EntryPart;
import dev.tollgate.ingest.encode.Fact;
import dev.tollgate.ingest.encode.Tables;
import dev.tollgate.ingest.encode.UsageRow;
import dev.tollgate.ingest.ledger.Entries.Hour;
import dev.tollgate.ingest.ledger.Entries.Slice;
import dev.tollgate.ingest.log.Entry;
import dev.tollgate.ingest.log.Fingerprint;
import dev.tollgate.ingest.log.Logged;
import dev.tollgate.money.Picos;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.ingest.v1.ServedFrom;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.rating.Charge;
import dev.tollgate.rating.ChargeStatus;
import dev.tollgate.rating.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What every `Entries` must do. Run against the model in memory and against a real ClickHouse.
abstract class EntriesContract {
  static final Instant TIME = Instant.parse("2026-07-31T23:30:00.123Z");
  static final Instant MOVED = TIME.plus(Duration.ofDays(40));
  static final Selection EVERYTHING =
      new Selection(TIME.minus(Duration.ofDays(1)), TIME.plus(Duration.ofDays(1)), "", "");

  private int batches;

  abstract Ledger ledger();

  abstract Entries entries();

  /// One that no other test has.
  abstract String tenant();

  @Test
  void read_charge_givesBackAllThatItWasMadeOf() {
    var tenant = tenant();
    insert(List.of(usage(tenant, "e1", TIME, "gpt-4o")));

    var read = entries().read(tenant, EVERYTHING, hour(TIME, false));

    assertThat(read).hasSize(1);
    var entry = read.getFirst();
    assertThat(entry.eventId()).isEqualTo("e1");
    assertThat(entry.eventTime()).isEqualTo(TIME);
    assertThat(entry.countedTime()).isEqualTo(TIME);
    assertThat(entry.seq()).isZero();
    assertThat(entry.kind()).isEqualTo(EntryPart.Kind.CHARGE);
    assertThat(entry.booked()).isEqualTo(booked(ChargeStatus.PRICED, 12));
    assertThat(entry.repricingId()).isEmpty();
    assertThat(entry.attribution())
        .isEqualTo(
            new Attribution(
                Dimensions.newBuilder()
                    .setProvider("openai")
                    .setModel("gpt-4o")
                    .setRegion("eu")
                    .setUser("u-größe")
                    .setSession("session")
                    .putTags("shift", "night")
                    .build(),
                new Filled("rule", List.of("session", "tags.shift"))));
    assertThat(entry.call())
        .isEqualTo(
            new StoredEntry.Call(
                "openai", "gpt-4o", "eu", "batch", true, Map.of("input", 10L, "output", 3L)));
  }

  @Test
  void read_correctedEvent_givesItsEntriesInOrderWithTheSameEventPart() {
    var tenant = tenant();
    insert(List.of(usage(tenant, "e1", TIME, "gpt-4o"), usage(tenant, "e2", TIME, "gpt-4o")));
    var charge = entries().read(tenant, EVERYTHING, hour(TIME, false)).getFirst();
    insert(List.of(correction(tenant, charge, TIME)));

    var read = entries().read(tenant, EVERYTHING, hour(TIME, false));

    assertThat(read).extracting(StoredEntry::eventId).containsExactly("e1", "e1", "e1", "e2");
    assertThat(read).extracting(StoredEntry::seq).containsExactly(0L, 1L, 2L, 0L);
    assertThat(read.get(1).kind()).isEqualTo(EntryPart.Kind.REVERSAL);
    assertThat(read.get(2).booked()).isEqualTo(booked(ChargeStatus.UNPRICED_MODEL, 0));
    assertThat(read.get(2).repricingId()).isEqualTo("again");
    for (var entry : read.subList(0, 3)) {
      assertThat(entry.eventPart()).isEqualTo(charge.eventPart());
      assertThat(entry.call()).isEqualTo(charge.call());
      assertThat(entry.eventTime()).isEqualTo(TIME);
    }
    assertThat(read.get(1).attribution()).isEqualTo(charge.attribution());
    assertThat(read.get(2).attribution()).isEqualTo(moved(charge));
  }

  @Test
  void read_correctionThatCountsElsewhere_isFoundWithItsEvent() {
    var tenant = tenant();
    insert(List.of(usage(tenant, "e1", TIME, "gpt-4o")));
    var charge = entries().read(tenant, EVERYTHING, hour(TIME, false)).getFirst();
    insert(List.of(correction(tenant, charge, MOVED)));

    var read = entries().read(tenant, EVERYTHING, hour(TIME, true));

    assertThat(read).extracting(StoredEntry::seq).containsExactly(0L, 1L, 2L);
    assertThat(read).extracting(StoredEntry::eventTime).containsOnly(TIME);
    assertThat(read).extracting(StoredEntry::countedTime).containsExactly(TIME, MOVED, MOVED);
    assertThat(entries().read(tenant, EVERYTHING, hour(TIME, false))).hasSize(1);
    var later = new Selection(MOVED.minusSeconds(1), MOVED.plusSeconds(1), "", "");
    assertThat(entries().read(tenant, later, hour(MOVED, true)))
        .as("it is no event of the hour in which it counts")
        .isEmpty();
    assertThat(entries().hours(tenant, later)).isEmpty();
  }

  @Test
  void read_sameIdInTwoHoursCorrectedIntoOne_keepsBoth() {
    var tenant = tenant();
    var next = TIME.plus(Duration.ofHours(1));
    insert(List.of(usage(tenant, "e1", TIME, "gpt-4o"), usage(tenant, "e1", next, "gpt-4o")));
    for (var time : List.of(TIME, next)) {
      var charge = entries().read(tenant, EVERYTHING, hour(time, true)).getFirst();
      insert(List.of(correction(tenant, charge, MOVED)));
    }
    merge();

    assertThat(entries().read(tenant, EVERYTHING, hour(TIME, true))).hasSize(3);
    assertThat(entries().read(tenant, EVERYTHING, hour(next, true))).hasSize(3);
  }

  @Test
  void hours_someEvents_areCountedByTheirHour() {
    var tenant = tenant();
    insert(
        List.of(
            usage(tenant, "e1", TIME, "gpt-4o"),
            usage(tenant, "e2", TIME.plusSeconds(60), "gpt-4o"),
            usage(tenant, "e3", TIME.plus(Duration.ofHours(2)), "gpt-4o")));

    assertThat(entries().hours(tenant, EVERYTHING))
        .containsExactly(
            new Hour(Instant.parse("2026-07-31T23:00:00Z"), 2),
            new Hour(Instant.parse("2026-08-01T01:00:00Z"), 1));
    var exact = new Selection(TIME, TIME.plusMillis(1), "", "");
    assertThat(entries().hours(tenant, exact)).extracting(Hour::events).containsExactly(1L);
    assertThat(entries().hours(tenant(), EVERYTHING)).isEmpty();
  }

  @Test
  void selection_providerAndPattern_chooseEvents() {
    var tenant = tenant();
    insert(
        List.of(
            usage(tenant, "e1", TIME, "gpt-4o"),
            usage(tenant, "e2", TIME, "gpt-4o-mini"),
            usage(tenant, "e3", TIME, "gpt_4%\\"),
            usage(tenant, "e4", TIME, "o4")));

    assertThat(chosen(tenant, "", "")).containsExactly("e1", "e2", "e3", "e4");
    assertThat(chosen(tenant, "openai", "gpt-4o")).containsExactly("e1");
    assertThat(chosen(tenant, "openai", "gpt-4o*")).containsExactly("e1", "e2");
    assertThat(chosen(tenant, "", "*4*o*")).containsExactly("e1", "e2");
    assertThat(chosen(tenant, "", "gpt_4*")).as("_ stands for itself").containsExactly("e3");
    assertThat(chosen(tenant, "", "gpt%")).as("% stands for itself").isEmpty();
    assertThat(chosen(tenant, "", "*\\")).as("\\ stands for itself").containsExactly("e3");
    assertThat(chosen(tenant, "other", "")).isEmpty();
  }

  @Test
  void slices_ofAnHour_holdEachEventOnceAndWhole() {
    var tenant = tenant();
    var events = new ArrayList<Entry>();
    for (int i = 0; i < 50; i++) {
      events.add(usage(tenant, "e" + i, TIME, "gpt-4o"));
    }
    insert(events);
    var charge = entries().read(tenant, EVERYTHING, hour(TIME, false)).getFirst();
    insert(List.of(correction(tenant, charge, TIME)));

    var seen = new ArrayList<String>();
    for (int part = 0; part < 4; part++) {
      var slice = new Slice(TIME, TIME.plusMillis(1), part, 4, false);
      var ids = new HashSet<String>();
      entries().read(tenant, EVERYTHING, slice).forEach(entry -> ids.add(entry.eventId()));
      seen.addAll(ids);
    }
    assertThat(seen).hasSize(50).doesNotHaveDuplicates();
  }

  @Test
  void tenants_ofASelection_areThoseWithEvents() {
    var one = tenant();
    var other = tenant();
    insert(List.of(usage(one, "e1", TIME, "rare-" + one), usage(other, "e1", TIME, "common")));

    assertThat(entries().tenants(EVERYTHING)).contains(one, other).isSorted();
    assertThat(entries().tenants(new Selection(TIME, TIME.plusMillis(1), "", "rare-" + one)))
        .containsExactly(one);
  }

  /// Brings the table into the form that it has when it is left alone long enough.
  void merge() {}

  private List<String> chosen(String tenant, String provider, String pattern) {
    var selection = new Selection(EVERYTHING.from(), EVERYTHING.until(), provider, pattern);
    var read = entries().read(tenant, selection, hour(TIME, false));
    assertThat(entries().hours(tenant, selection).stream().mapToLong(Hour::events).sum())
        .isEqualTo(read.size());
    return read.stream().map(StoredEntry::eventId).toList();
  }

  static Slice hour(Instant time, boolean hasMoved) {
    return new Slice(time, time.plusMillis(1), 0, 1, hasMoved);
  }

  final void insert(List<Entry> entries) {
    var logged = new ArrayList<Logged>();
    for (int i = 0; i < entries.size(); i++) {
      logged.add(new Logged(i + 1, entries.get(i)));
    }
    var log = "entries-" + tenant() + "-" + ++batches;
    Batch.of(log, Tables.columns(), entries.size(), logged).parts().forEach(ledger()::insert);
  }

  static Entry.Correction correction(String tenant, StoredEntry charge, Instant counted) {
    var origin = counted.equals(charge.eventTime()) ? 0 : charge.eventTime().toEpochMilli();
    return new Entry.Correction(
        tenant,
        charge.eventId(),
        UsageRow.encode(
            new EntryPart(
                1,
                EntryPart.Kind.REVERSAL,
                counted.toEpochMilli(),
                origin,
                2_000,
                charge.booked(),
                0,
                "again"),
            charge.attribution(),
            charge.eventPart()),
        UsageRow.encode(
            new EntryPart(
                2,
                EntryPart.Kind.ADJUST,
                counted.toEpochMilli(),
                origin,
                2_000,
                booked(ChargeStatus.UNPRICED_MODEL, 0),
                0,
                "again"),
            moved(charge),
            charge.eventPart()));
  }

  /* Also in a column by which the table is sorted. */
  private static Attribution moved(StoredEntry charge) {
    return new Attribution(
        charge.attribution().dimensions().toBuilder()
            .setTeam("growth")
            .setFeature("answers")
            .build(),
        Filled.NOTHING);
  }

  private static Booked booked(ChargeStatus status, long picos) {
    return Booked.of(charge(status, picos));
  }

  private static Charge charge(ChargeStatus status, long picos) {
    return new Charge(
        status,
        "USD",
        new Picos(picos),
        new Picos(picos),
        new Picos(picos),
        null,
        false,
        List.of(),
        "default@1",
        List.of(),
        List.of());
  }

  static Entry.Usage usage(String tenant, String id, Instant time, String model) {
    var event =
        UsageEvent.newBuilder()
            .setEventId(id)
            .setEventTime(
                com.google.protobuf.Timestamp.newBuilder()
                    .setSeconds(time.getEpochSecond())
                    .setNanos(time.getNano()))
            .setDimensions(
                Dimensions.newBuilder()
                    .setProvider("openai")
                    .setModel(model)
                    .setRegion("eu")
                    .setUser("größe\t\0")
                    .setSession("session")
                    .putTags("shift", "night"))
            .setServiceTier("batch")
            .setServedFrom(ServedFrom.SERVED_FROM_CACHE)
            .setQualityScore(0.25)
            .build();
    var usage = Usage.of(Map.of("input", 10L, "output", 3L));
    var fingerprint = new Fingerprint(-7, id.hashCode());
    var fact =
        new Fact(
            tenant,
            event,
            "u-größe",
            fingerprint,
            usage,
            charge(ChargeStatus.PRICED, 12),
            1_000,
            900,
            new Filled("rule", List.of("session", "tags.shift")),
            false);
    return new Entry.Usage(
        tenant,
        id,
        fingerprint,
        1_000,
        time.toEpochMilli(),
        new Entry.Debit("", false, "USD", 12, 13, 0),
        UsageRow.encode(fact));
  }
}

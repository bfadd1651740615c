package dev.tollgate.ingest.ledger;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.ingest.encode.Booked;
import dev.tollgate.ingest.encode.EntryPart;
import dev.tollgate.ingest.log.Entry;
import dev.tollgate.ingest.log.Fingerprint;
import dev.tollgate.ingest.log.Logged;
import dev.tollgate.rating.ChargeStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The ledger as it ought to be: the model against which the real one is held.
public final class InMemoryLedger implements Ledger, Entries {
  private record Held(String tenant, StoredEntry entry, Fingerprint fingerprint) {
    boolean isIn(Selection selection) {
      var pattern = ("\\Q" + selection.modelPattern() + "\\E").replace("*", "\\E.*\\Q");
      return (selection.provider().isEmpty()
              || selection.provider().equals(entry.call().provider()))
          && (selection.modelPattern().isEmpty()
              || Pattern.compile(pattern, Pattern.DOTALL).matcher(entry.call().model()).matches());
    }

    boolean isWhatIsLookedFor(EventKey key) {
      return entry.eventId().equals(key.eventId())
          && hour(entry.eventTime()).equals(hour(Instant.ofEpochMilli(key.eventMillis())));
    }

    private static Instant hour(Instant time) {
      return time.truncatedTo(ChronoUnit.HOURS);
    }

    boolean isWithin(Instant from, Instant until) {
      return !entry.eventTime().isBefore(from) && entry.eventTime().isBefore(until);
    }
  }

  private final Set<String> tokens = new HashSet<>();
  private final List<Held> rows = new ArrayList<>();
  private final Set<String> places = new HashSet<>();
  private final InMemoryFacts facts = new InMemoryFacts();
  private int failing;

  /// The next inserts, so many, take effect and then fail: their sender can't know.
  public synchronized void failNext(int inserts) {
    failing = inserts;
  }

  @Override
  public synchronized Insertion insert(Batch.Part batch) {
    if (tokens.add(batch.table() + " " + batch.token())) {
      for (var logged : batch.entries()) {
        places.add(place(batch, logged));
        if (logged.entry() instanceof Entry.Fact fact) {
          facts.add(fact);
        } else {
          logged.entry().rows().forEach(row -> rows.add(held(RowBinaryReader.read(row))));
        }
      }
    }
    if (failing > 0) {
      failing--;
      throw Failure.retryable(Reason.STORE_UNAVAILABLE, "cut", Duration.ZERO);
    }
    return new Insertion.Taken();
  }

  @Override
  public synchronized List<Logged> missing(Batch.Part part) {
    return part.entries().stream().filter(logged -> !places.contains(place(part, logged))).toList();
  }

  private static String place(Batch.Part part, Logged logged) {
    return part.table() + " " + part.logId() + ":" + logged.position();
  }

  /// Has no rollups.
  @Override
  public int recount(Batch.Part part) {
    return 0;
  }

  @Override
  public synchronized Map<String, Fingerprint> find(
      String table, String tenant, Collection<EventKey> events) {
    if (!table.equals(Entry.USAGE_TABLE)) {
      return facts.find(table, tenant, events);
    }
    var found = new HashMap<String, Fingerprint>();
    for (var row : rows) {
      if (row.tenant.equals(tenant)
          && row.entry.seq() == 0
          && events.stream().anyMatch(row::isWhatIsLookedFor)) {
        found.putIfAbsent(row.entry.eventId(), row.fingerprint);
      }
    }
    return found;
  }

  @Override
  public synchronized List<String> tenants(Selection selection) {
    return rows.stream()
        .filter(row -> row.isIn(selection) && row.isWithin(selection.from(), selection.until()))
        .map(Held::tenant)
        .distinct()
        .sorted()
        .toList();
  }

  @Override
  public synchronized List<Hour> hours(String tenant, Selection selection) {
    var hours = new TreeMap<Instant, Long>();
    for (var row : rows) {
      if (row.tenant.equals(tenant)
          && row.entry.seq() == 0
          && row.isIn(selection)
          && row.isWithin(selection.from(), selection.until())) {
        hours.merge(row.entry.eventTime().truncatedTo(ChronoUnit.HOURS), 1L, Long::sum);
      }
    }
    return hours.entrySet().stream().map(e -> new Hour(e.getKey(), e.getValue())).toList();
  }

  @Override
  public synchronized List<StoredEntry> read(String tenant, Selection selection, Slice slice) {
    return rows.stream()
        .filter(row -> row.tenant.equals(tenant) && row.isIn(selection))
        .filter(row -> row.isWithin(slice.from(), slice.until()))
        .filter(row -> Math.floorMod(row.entry.eventId().hashCode(), slice.parts()) == slice.part())
        .map(Held::entry)
        .filter(entry -> slice.hasMoved() || entry.countedTime().equals(entry.eventTime()))
        .sorted(
            Comparator.comparing(StoredEntry::eventTime)
                .thenComparing(StoredEntry::eventId)
                .thenComparingLong(StoredEntry::seq))
        .toList();
  }

  /// All entries of the tenant, in the order in which they came.
  public synchronized List<StoredEntry> entries(String tenant) {
    return rows.stream().filter(row -> row.tenant.equals(tenant)).map(Held::entry).toList();
  }

  synchronized long count(String tenant) {
    return entries(tenant).size();
  }

  synchronized long count(String tenant, String table) {
    return facts.count(tenant, table);
  }

  private static Held held(RowBinaryReader row) {
    var counted = Instant.ofEpochMilli(row.integer("event_time"));
    var origin = row.integer("origin_time");
    var entry =
        new StoredEntry(
            row.text("event_id"),
            origin == 0 ? counted : Instant.ofEpochMilli(origin),
            counted,
            row.integer("entry_seq"),
            EntryPart.Kind.valueOf(row.text("entry_kind")),
            booked(row),
            row.text("repricing_id"),
            call(row),
            row.attribution(),
            row.eventPart());
    return new Held(
        row.text("tenant_id"), entry, Fingerprint.of(row.get("fingerprint", byte[].class)));
  }

  @SuppressWarnings("unchecked")
  private static Booked booked(RowBinaryReader row) {
    return new Booked(
        ChargeStatus.valueOf(row.text("charge_status")),
        row.text("currency"),
        row.integer("cost_picos"),
        row.integer("list_cost_picos"),
        row.integer("rounded") == 1,
        row.text("price_book"),
        (List<String>) row.get("price_ids", List.class),
        row.text("engine_version"));
  }

  @SuppressWarnings("unchecked")
  private static StoredEntry.Call call(RowBinaryReader row) {
    return new StoredEntry.Call(
        row.text("provider"),
        row.text("model"),
        row.text("region"),
        row.text("service_tier"),
        row.text("served_from").equals("CACHE"),
        (Map<String, Long>) row.get("usage", Map.class));
  }
}

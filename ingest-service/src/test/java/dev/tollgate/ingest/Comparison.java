package dev.tollgate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What the ledger and every rollup say of a tenant's events, beside what its [Client] wrote down.
final class Comparison {
  /*
   * Of raw, usage_rollup and ref_cost each id is looked at: the client's events have their id as
   * customer, which is a dimension of the first rollup, and as trace, which is a ref of the second.
   * latency_hourly can't have ids; its events differ in latency, so that one lost and one doubled
   * don't make up for each other.
   *
   * Raw would hide a duplicate as soon as it is merged, so merges of it must be off. Within one
   * insert its engine hides it at once: there the rollups, fed by the insert itself, tell it.
   */
  private final ClickHouse clickHouse;
  private final String tenant;

  Comparison(ClickHouse clickHouse, String tenant) {
    this.clickHouse = clickHouse;
    this.tenant = tenant;
  }

  /// From now on, over restarts too, no duplicate in raw gets lost by a merge. Old parts stay.
  static void keepDuplicates(ClickHouse clickHouse) {
    clickHouse.execute(
        "ALTER TABLE usage_events MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1,"
            + " max_bytes_to_merge_at_min_space_in_pool = 1,"
            + " parts_to_delay_insert = 100000, parts_to_throw_insert = 100000");
  }

  /// That every acknowledged event is there once, and every other that was sent once or not at all;
  /// says how many there are.
  String assertExact(Client client) {
    var sent = client.sent();
    var acked = client.acked();
    assertThat(client.problems()).as("what the client was told").isEmpty();
    assertThat(acked).doesNotHaveDuplicates();

    assertThat(
            counts(
                "SELECT name AS id, toInt64(max_block_number - min_block_number) AS events"
                    + " FROM system.parts WHERE database = currentDatabase()"
                    + " AND table = 'usage_events' AND active AND events != 0"))
        .as("merged parts, which hide duplicates")
        .isEmpty();
    var raw =
        counts(
            "SELECT event_id AS id, toInt64(count()) AS events FROM usage_events"
                + " WHERE tenant_id = {tenant:String} GROUP BY id");
    assertOnce("usage_events", raw, raw.keySet());
    assertThat(lacking(acked, raw.keySet())).as("acknowledged, and not in the ledger").isEmpty();
    assertThat(lacking(raw.keySet(), new HashSet<>(sent))).as("never sent").isEmpty();
    assertOnce(
        "usage_rollup",
        counts(
            "SELECT customer AS id, toInt64(sum(events)) AS events FROM usage_rollup"
                + " WHERE tenant_id = {tenant:String} GROUP BY id"),
        raw.keySet());
    assertOnce(
        "ref_cost",
        counts(
            "SELECT ref AS id, toInt64(sum(events)) AS events FROM ref_cost"
                + " WHERE tenant_id = {tenant:String} AND kind = 'trace' GROUP BY id"),
        raw.keySet());
    assertSums(raw.keySet());
    return "%d sent, %d acked, %d stored".formatted(sent.size(), acked.size(), raw.size());
  }

  private void assertSums(Set<String> stored) {
    var numbers = stored.stream().mapToInt(NumberedEvents::number).toArray();
    var cost = 0L;
    var latency = 0L;
    for (var number : numbers) {
      cost += NumberedEvents.costPicos(number);
      latency += NumberedEvents.latencyMillis(number);
    }
    var expected = new Rig.Totals(numbers.length, cost);
    assertThat(Rig.raw(clickHouse, tenant)).as("usage_events").isEqualTo(expected);
    Rig.assertRollups(clickHouse, tenant, expected);
    assertThat(
            counts(
                "SELECT 'latency' AS id, toInt64(sum(latency_millis)) AS events FROM latency_hourly"
                    + " WHERE tenant_id = {tenant:String}"))
        .as("latency_hourly")
        .containsExactly(Map.entry("latency", latency));
  }

  private static void assertOnce(String table, Map<String, Long> counts, Set<String> stored) {
    var others = new TreeMap<String, Long>();
    counts.forEach((id, count) -> {
      if (count != 1) {
        others.put(id, count);
      }
    });
    assertThat(others).as("ids in " + table + " that count otherwise than once").isEmpty();
    assertThat(lacking(stored, counts.keySet())).as("not in " + table).isEmpty();
    assertThat(lacking(counts.keySet(), stored)).as("in " + table + " only").isEmpty();
  }

  private static List<String> lacking(Iterable<String> ids, Set<String> there) {
    var lacking = new ArrayList<String>();
    for (var id : ids) {
      if (!there.contains(id)) {
        lacking.add(id);
      }
    }
    return lacking;
  }

  private Map<String, Long> counts(String sql) {
    var counts = new TreeMap<String, Long>();
    clickHouse
        .query(
            sql, Map.of("tenant", tenant), row -> Map.entry(row.text("id"), row.integer("events")))
        .forEach(each -> counts.put(each.getKey(), each.getValue()));
    return counts;
  }
}

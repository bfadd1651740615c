package dev.tollgate.query.cost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.query.v1.GetCostRequest;
import dev.tollgate.proto.query.v1.GetCostResponse;
import dev.tollgate.proto.query.v1.Granularity;
import dev.tollgate.proto.query.v1.UnattributedCost;
import dev.tollgate.query.admit.Limits;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.answer.Wire;
import dev.tollgate.query.outcome.Entry;
import dev.tollgate.query.page.PageTokens;
import dev.tollgate.secret.Secret;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.FakeTime;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/// What is not attributed, added up here entry by entry.
@NullMarked
@ExtendWith(StoresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnattributedIT {
  private static final Instant START = Instant.parse("2026-08-01T00:00:00Z");
  private static final Instant END = Instant.parse("2026-09-01T00:00:00Z");
  private static final List<String> DIMENSIONS = List.of("team", "tags.squad", "user");

  /// An entry as it counts.
  private record Paid(Map<String, String> values, String currency, long picos, int sign) {}

  private final Random random = new Random(43);
  private final List<Paid> all = new ArrayList<>();
  private final TestLedger ledger;
  private final String tenant;
  private final GetCostRpc rpc;

  UnattributedIT(Stores stores) {
    this.ledger = TestLedger.open(stores);
    this.tenant = stores.tenant();
    var limits = new Limits(Duration.ofSeconds(20), 100_000_000, 1L << 30, 8, 0, 1 << 20);
    this.rpc =
        new GetCostRpc(
            new Answering(
                ledger.clickHouse(), limits, new PageTokens(new Secret("key")), new FakeTime(END)));
  }

  private String any(String... values) {
    return values[random.nextInt(values.length)];
  }

  @BeforeAll
  void fill() throws Exception {
    var rows = new ArrayList<Map<String, Object>>();
    for (var i = 0; i < 600; i++) {
      var values =
          Map.of("team", any("", "a", "b"), "tags.squad", any("", "", "x"), "user", any("", "ann"));
      var sign = i % 9 == 0 ? -1 : 1;
      // All that was paid in GBP was taken back.
      var currency = i % 50 < 2 ? "GBP" : any("USD", "EUR");
      var picos = currency.equals("GBP") ? 7 : random.nextLong(1_000_000_000_000L);
      var counted = currency.equals("GBP") ? (i % 50 == 0 ? 1 : -1) : sign;
      var paid = new Paid(values, currency, picos, counted);
      all.add(paid);
      var row = new HashMap<String, Object>();
      row.put("event_id", "e" + i);
      row.put("event_time", Entry.text(START.plusSeconds(i * 3_600L)));
      row.put("sign", paid.sign());
      row.put("entry_seq", paid.sign() < 0 ? 1 : 0);
      row.put("team", values.getOrDefault("team", ""));
      row.put("user", values.getOrDefault("user", ""));
      row.put("tags", Map.of("squad", values.getOrDefault("tags.squad", "")));
      row.put("currency", paid.currency());
      row.put("cost_picos", paid.picos());
      row.put("charge_status", "PRICED");
      rows.add(row);
    }
    for (var who : List.of(tenant, tenant + "-neighbour")) {
      rows.forEach(row -> row.put("tenant_id", who));
      ledger.insertEntries(rows);
    }
  }

  @AfterAll
  void close() {
    ledger.close();
  }

  private GetCostRequest.Builder request(List<String> dimensions) {
    return GetCostRequest.newBuilder()
        .setStartTime(Times.timestamp(START))
        .setEndTime(Times.timestamp(END))
        .addAllGroupBy(dimensions);
  }

  private GetCostResponse ask(GetCostRequest.Builder request) {
    var caller = new Caller("key", Set.of(Role.ROLE_READER), tenant, Map.of());
    return rpc.answer(request.build(), caller);
  }

  private void check(List<UnattributedCost> answered, List<String> dimensions) {
    var expected = new ArrayList<UnattributedCost>();
    for (var dimension : dimensions) {
      for (var currency : List.of("EUR", "GBP", "USD")) {
        var cost = BigInteger.ZERO;
        var whole = BigInteger.ZERO;
        var events = 0L;
        for (var paid : all) {
          if (paid.currency().equals(currency)) {
            var signed = BigInteger.valueOf(paid.picos() * paid.sign());
            whole = whole.add(signed);
            if (paid.values().getOrDefault(dimension, "").isEmpty()) {
              cost = cost.add(signed);
              events += paid.sign();
            }
          }
        }
        var row =
            UnattributedCost.newBuilder()
                .setDimension(dimension)
                .setCost(Wire.money(currency, cost))
                .setEvents(events);
        if (whole.signum() > 0) {
          row.setShare(
              new BigDecimal(cost)
                  .divide(new BigDecimal(whole), MathContext.DECIMAL128)
                  .doubleValue());
        }
        expected.add(row.build());
      }
    }
    assertThat(answered).isEqualTo(expected);
    assertThat(answered.stream().filter(UnattributedCost::hasShare)).hasSize(2 * dimensions.size());
  }

  @Test
  void unattributed_ofOnePage_isWhatPlainJavaRecomputes() {
    for (var dimensions : List.of(DIMENSIONS, List.of("team"), List.of("user", "team"))) {
      check(ask(request(dimensions)).getUnattributedList(), dimensions);
      var byDay = request(dimensions).setGranularity(Granularity.GRANULARITY_DAY);
      check(ask(byDay).getUnattributedList(), dimensions);
    }
  }

  @Test
  void unattributed_ofEachPageAndBesideTheTop_isOfTheWhole() {
    var first = ask(request(DIMENSIONS).setPageSize(3));
    var second = ask(request(DIMENSIONS).setPageSize(3).setPageToken(first.getNextPageToken()));

    check(first.getUnattributedList(), DIMENSIONS);
    check(second.getUnattributedList(), DIMENSIONS);
    check(ask(request(DIMENSIONS).setTop(1)).getUnattributedList(), DIMENSIONS);
  }

  @Test
  void unattributed_withoutGroups_isNotSaid() {
    assertThat(ask(request(List.of())).getUnattributedList()).isEmpty();
  }
}

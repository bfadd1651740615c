package dev.tollgate.query.ledger;

import dev.tollgate.seed.Seeds;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/// How large the ledgers are that answers are held against: of two tenants, with as many events as
/// a test says; in the long run of 50 tenants, with 40,000 events each.
@NullMarked
public final class Scale {
  private static final int TENANTS_FULL = 50;
  private static final int EVENTS_FULL = 40_000;

  private Scale() {}

  /// How many events a tenant has.
  public static int events(int usual) {
    return Seeds.count(usual, EVENTS_FULL);
  }

  /// The tenants beside one: a leak from any of them would move its sums.
  public static List<String> neighbours(String tenant) {
    return Stream.concat(
            Stream.of(tenant + "-neighbour"),
            IntStream.range(2, Seeds.count(2, TENANTS_FULL))
                .mapToObj(number -> tenant + "-neighbour-" + number))
        .toList();
  }
}

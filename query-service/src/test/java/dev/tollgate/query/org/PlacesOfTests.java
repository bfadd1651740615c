package dev.tollgate.query.org;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;

/// Places that are hard to put into a statement.
@NullMarked
public final class PlacesOfTests {
  private PlacesOfTests() {}

  /// Two epochs, names that look like SQL, and more of them than one parameter holds.
  public static Places hard() {
    return new Places(
        OrgView.AS_WAS,
        List.of(0L, 1_785_628_800L),
        Map.of(
            OrgLevel.TEAM,
            Map.of(
                Places.key(0, "a' OR '"), "x' OR 1 = 1",
                Places.key(1_785_628_800L, "cost_owner" + "'".repeat(40_000)), "b"),
            OrgLevel.DEPARTMENT,
            Map.of(Places.key(0, "x' OR 1 = 1"), "a' OR '"),
            OrgLevel.COST_CENTER,
            Map.of(Places.key(0, "a' OR '"), "x' OR 1 = 1")));
  }
}

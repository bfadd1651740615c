package dev.tollgate.query.org;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OrgTreeTest {
  private static final Instant MAY = Instant.parse("2026-05-01T00:00:00Z");
  private static final Instant JUNE = Instant.parse("2026-06-01T00:00:00Z");
  private static final Instant JULY = Instant.parse("2026-07-01T00:00:00Z");

  /// Search moves from web to data in June; web is charged to 100 from May on, and not from July
  /// on.
  private static final OrgTree TREE =
      new OrgTree(
          List.of(
              new OrgLink(OrgLevel.TEAM, "search", "data", JUNE),
              new OrgLink(OrgLevel.TEAM, "search", "web", Instant.EPOCH),
              new OrgLink(OrgLevel.DEPARTMENT, "web", "100", MAY),
              new OrgLink(OrgLevel.DEPARTMENT, "web", "", JULY)),
          1,
          MAY,
          "key");

  @Test
  void places_asWas_changeFromEpochToEpoch() {
    var places = TREE.places(OrgView.AS_WAS, MAY.minusSeconds(1), JULY, JULY);

    var may = MAY.getEpochSecond();
    var june = JUNE.getEpochSecond();
    assertThat(places.epochs()).containsExactly(0L, may, june);
    assertThat(places.parents(OrgLevel.TEAM))
        .isEqualTo(Map.of("0 search", "web", may + " search", "web", june + " search", "data"));
    assertThat(places.parents(OrgLevel.DEPARTMENT))
        .isEqualTo(Map.of(may + " web", "100", june + " web", "100"));
    assertThat(places.parents(OrgLevel.COST_CENTER)).isEmpty();
  }

  @Test
  void places_asWas_beginWithWhatHoldsAtTheStart() {
    var places = TREE.places(OrgView.AS_WAS, JUNE, JULY, JULY);

    assertThat(places.epochs()).containsExactly(0L);
    assertThat(places.parents(OrgLevel.TEAM)).isEqualTo(Map.of("0 search", "data"));
  }

  @Test
  void places_asIsNow_areOneEpoch() {
    var places = TREE.places(OrgView.AS_IS_NOW, MAY, JUNE, JULY);

    assertThat(places.epochs()).containsExactly(0L);
    assertThat(places.parents(OrgLevel.TEAM)).isEqualTo(Map.of("0 search", "data"));
    assertThat(places.parents(OrgLevel.DEPARTMENT)).isEmpty();
  }
}

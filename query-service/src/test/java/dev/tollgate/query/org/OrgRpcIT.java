package dev.tollgate.query.org;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Timestamp;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Failure.Violation;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.proto.query.v1.OrgLevel;
import dev.tollgate.proto.query.v1.OrgLink;
import dev.tollgate.proto.query.v1.OrgTree;
import dev.tollgate.query.cost.TestLedger;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

@NullMarked
@ExtendWith(StoresExtension.class)
class OrgRpcIT {
  private static final Instant JUNE = Instant.parse("2026-06-01T00:00:00Z");

  private final ClickHouse clickHouse;
  private final String tenant;

  OrgRpcIT(Stores stores, TestInfo test) {
    this.clickHouse = ClickHouse.connect(TestLedger.settings(stores));
    this.tenant = stores.tenant() + "-" + test.getTestMethod().orElseThrow().getName();
  }

  @AfterEach
  void close() {
    clickHouse.close();
  }

  @Test
  void tree_ofATenantWithoutOne_isEmpty() {
    assertThat(get(0)).isEqualTo(OrgTree.getDefaultInstance());
  }

  @Test
  void tree_writtenTwice_keepsBothVersions() {
    var first =
        put(new MadeTree().link(OrgLevel.ORG_LEVEL_TEAM, "search", "web", Instant.EPOCH), 0);
    var second = put(new MadeTree().link(OrgLevel.ORG_LEVEL_TEAM, "search", "data", JUNE), 1);

    assertThat(first.getVersion()).isEqualTo(1);
    assertThat(first.getActor()).isEqualTo("key");
    assertThat(first.hasUpdateTime()).isTrue();
    assertThat(first.getLinks(0).hasStartTime()).isFalse();
    assertThat(second.getLinks(0).getStartTime().getSeconds()).isEqualTo(JUNE.getEpochSecond());
    assertThat(get(0)).isEqualTo(second);
    assertThat(get(1)).isEqualTo(first);
    assertThat(get(2)).isEqualTo(second);
    assertThat(failure(() -> get(3)).reason()).isEqualTo(Reason.ORG_TREE_UNKNOWN);
    assertThat(MadeTree.get(clickHouse, MadeTree.caller(tenant + "-other", Map.of()), 0).getTree())
        .isEqualTo(OrgTree.getDefaultInstance());
  }

  @Test
  void put_onAnotherVersion_isAConflictUnlessItIsARetry() {
    var web = new MadeTree().link(OrgLevel.ORG_LEVEL_TEAM, "search", "web", Instant.EPOCH);
    var data = new MadeTree().link(OrgLevel.ORG_LEVEL_TEAM, "search", "data", Instant.EPOCH);
    var first = put(web, 0);

    assertThat(put(web, 0)).isEqualTo(first);
    assertThat(failure(() -> put(data, 0)).reason()).isEqualTo(Reason.WRITE_CONFLICT);
    assertThat(failure(() -> put(data, 2)).reason()).isEqualTo(Reason.WRITE_CONFLICT);
    assertThat(get(0)).isEqualTo(first);
  }

  @Test
  void put_mistakes_areNamedTogether() {
    var link = OrgLink.newBuilder().setLevel(OrgLevel.ORG_LEVEL_TEAM).setChild("search");
    var tree =
        OrgTree.newBuilder()
            .setVersion(-1)
            .addLinks(link)
            .addLinks(link.setParent("web"))
            .addLinks(OrgLink.newBuilder().setLevelValue(9).setChild("x".repeat(257)))
            .addLinks(
                OrgLink.newBuilder()
                    .setChild("a\nb")
                    .setStartTime(Timestamp.newBuilder().setSeconds(JUNE.getEpochSecond() + 1)))
            .build();

    var failure = failure(() -> MadeTree.put(clickHouse, MadeTree.caller(tenant, Map.of()), tree));

    assertThat(failure.reason()).isEqualTo(Reason.FIELD_INVALID);
    assertThat(failure.violations())
        .extracting(Violation::field)
        .containsExactly(
            "tree.links[1].child",
            "tree.links[2].level",
            "tree.links[2].child",
            "tree.links[3].level",
            "tree.links[3].child",
            "tree.links[3].start_time",
            "tree.version");
  }

  @Test
  void tree_pinnedCredential_isRefused() {
    var pinned = MadeTree.caller(tenant, Map.of("team", "search"));

    assertThat(failure(() -> MadeTree.get(clickHouse, pinned, 0)).reason())
        .isEqualTo(Reason.DIMENSION_FORBIDDEN);
    assertThat(
            failure(() -> MadeTree.put(clickHouse, pinned, OrgTree.getDefaultInstance())).reason())
        .isEqualTo(Reason.DIMENSION_FORBIDDEN);
  }

  private OrgTree put(MadeTree tree, long version) {
    return MadeTree.put(clickHouse, MadeTree.caller(tenant, Map.of()), tree.onWire(version))
        .getTree();
  }

  private OrgTree get(long version) {
    return MadeTree.get(clickHouse, MadeTree.caller(tenant, Map.of()), version).getTree();
  }

  private static Failure failure(Runnable call) {
    return catchThrowableOfType(Failure.class, call::run);
  }
}

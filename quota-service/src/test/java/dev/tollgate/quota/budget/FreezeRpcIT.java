package dev.tollgate.quota.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.tollgate.proto.budget.v1.BudgetServiceGrpc.BudgetServiceBlockingStub;
import dev.tollgate.proto.budget.v1.CreateFreezeRequest;
import dev.tollgate.proto.budget.v1.DeleteFreezeRequest;
import dev.tollgate.proto.budget.v1.Freeze;
import dev.tollgate.proto.budget.v1.FreezeChange;
import dev.tollgate.proto.budget.v1.ListFreezeChangesRequest;
import dev.tollgate.proto.budget.v1.ListFreezesRequest;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.quota.Refusal;
import dev.tollgate.testkit.Conformance;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Freezes made and undone over the wire.
@ExtendWith(StoresExtension.class)
class FreezeRpcIT {
  private static final Dimensions SEARCH = Dimensions.newBuilder().setTeam("search").build();

  @RegisterExtension final Conformance conformance = new Conformance();

  private final Stores stores;
  private BudgetFixture fixture;

  FreezeRpcIT(Stores stores) {
    this.stores = stores;
  }

  @BeforeEach
  void start() {
    fixture = new BudgetFixture(stores, conformance);
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void createFreeze_bindsAtOnceAndElsewhere_untilItIsUndone() {
    var made = create(fixture.admin(), freeze("stop"));

    assertThat(made.getActor()).isEqualTo("admin");
    assertThat(frozen(fixture.policies)).containsExactly("stop");
    fixture.elsewhere.refresh();
    assertThat(frozen(fixture.elsewhere)).containsExactly("stop");
    assertThat(create(fixture.admin(), freeze("stop"))).isEqualTo(made);
    assertThat(reason(fixture.admin(), freeze("stop").setNote("other")))
        .isEqualTo("WRITE_CONFLICT");

    delete(fixture.admin(), "stop");
    delete(fixture.admin(), "stop");
    assertThat(frozen(fixture.policies)).isEmpty();
    assertThat(ids(fixture.admin())).isEmpty();
    assertThat(create(fixture.admin(), freeze("stop").setNote("again")).getNote())
        .isEqualTo("again");
  }

  @Test
  void createFreeze_withAnEnd_endsByItself() {
    create(fixture.admin(), freeze("stop").setExpireTime(in(Duration.ofHours(1))));

    assertThat(ids(fixture.admin())).containsExactly("stop");
    fixture.time.advance(Duration.ofHours(1));
    assertThat(ids(fixture.admin())).isEmpty();
    assertThat(frozen(fixture.policies)).isEmpty();
    assertThat(create(fixture.admin(), freeze("stop")).hasExpireTime()).isFalse();
  }

  @Test
  void createFreeze_bad_isNamedAndNothingIsStored() {
    var bad =
        freeze("A b")
            .putSelector("teem", "x")
            .setNote("x".repeat(513))
            .setDenialMessage("\n")
            .setExpireTime(in(Duration.ofHours(-1)));

    assertThat(Refusal.of(() -> create(fixture.admin(), bad)).fields())
        .containsExactlyInAnyOrder(
            "freeze.freeze_id",
            "freeze.selector",
            "freeze.note",
            "freeze.denial_message",
            "freeze.expire_time");
    assertThat(Refusal.of(() -> delete(fixture.admin(), "")).fields()).containsExactly("freeze_id");
    assertThat(ids(fixture.admin())).isEmpty();
  }

  @Test
  void pins_ofATeamsAdministrator_boundWhatItFreezesAndUndoes() {
    var team = fixture.pinned("team", Map.of("team", "search"));
    create(fixture.admin(), freeze("from-above"));
    create(fixture.admin(), freeze("everything").clearSelector());
    create(team, freeze("own").putSelector("user", "ada"));

    assertThat(reason(team, freeze("x").clearSelector())).isEqualTo("DIMENSION_FORBIDDEN");
    assertThat(reason(team, freeze("x").putSelector("team", "ads")))
        .isEqualTo("DIMENSION_FORBIDDEN");
    assertThat(ids(team)).containsExactly("from-above", "own");
    for (var id : List.of("from-above", "everything")) {
      assertThat(Refusal.of(() -> delete(team, id)).reason()).isEqualTo("DIMENSION_FORBIDDEN");
    }
    delete(team, "own");
    assertThat(ids(fixture.admin())).containsExactly("everything", "from-above");
  }

  @Test
  void listFreezeChanges_ofWhatWasUndoneAndMadeAgain_saysWhoDidIt() {
    create(fixture.admin(), freeze("stop"));
    create(fixture.pinned("bob", Map.of()), freeze("stop"));
    delete(fixture.pinned("ann", Map.of()), "stop");
    delete(fixture.pinned("bob", Map.of()), "stop");
    var again = create(fixture.admin(), freeze("stop").setNote("again"));

    var changes = changes(fixture.admin(), "stop");
    assertThat(changes)
        .extracting(
            FreezeChange::getActor, FreezeChange::hasFreeze, each -> each.getFreeze().getNote())
        .containsExactly(
            tuple("admin", true, "again"), tuple("ann", false, ""), tuple("admin", true, "a leak"));
    assertThat(changes.getFirst().getFreeze()).isEqualTo(again);
    assertThat(changes.getFirst().getChangeTime()).isEqualTo(again.getCreateTime());
    assertThat(changes(fixture.pinned("team", Map.of("team", "search")), "stop"))
        .isEqualTo(changes);
    assertThat(changes(fixture.pinned("team", Map.of("team", "ads")), "stop")).isEmpty();
    assertThat(changes(fixture.admin(), "never")).isEmpty();
    assertThat(Refusal.of(() -> changes(fixture.admin(), "")).fields())
        .containsExactly("freeze_id");
  }

  private static List<FreezeChange> changes(BudgetServiceBlockingStub stub, String id) {
    return stub.listFreezeChanges(ListFreezeChangesRequest.newBuilder().setFreezeId(id).build())
        .getChangesList();
  }

  private static Freeze.Builder freeze(String id) {
    return Freeze.newBuilder().setFreezeId(id).putSelector("team", "search").setNote("a leak");
  }

  private Timestamp in(Duration duration) {
    return Timestamps.fromMillis(fixture.time.now().plus(duration).toEpochMilli());
  }

  private List<String> frozen(Policies policies) {
    return policies.of(fixture.tenant).match(SEARCH, fixture.time.now()).freezes().stream()
        .map(dev.tollgate.quota.budget.Freeze::id)
        .toList();
  }

  private static Freeze create(BudgetServiceBlockingStub stub, Freeze.Builder freeze) {
    return stub.createFreeze(CreateFreezeRequest.newBuilder().setFreeze(freeze).build())
        .getFreeze();
  }

  private static String reason(BudgetServiceBlockingStub stub, Freeze.Builder freeze) {
    return Refusal.of(() -> create(stub, freeze)).reason();
  }

  private static void delete(BudgetServiceBlockingStub stub, String id) {
    var _ = stub.deleteFreeze(DeleteFreezeRequest.newBuilder().setFreezeId(id).build());
  }

  private static List<String> ids(BudgetServiceBlockingStub stub) {
    return stub.listFreezes(ListFreezesRequest.getDefaultInstance()).getFreezesList().stream()
        .map(Freeze::getFreezeId)
        .toList();
  }
}

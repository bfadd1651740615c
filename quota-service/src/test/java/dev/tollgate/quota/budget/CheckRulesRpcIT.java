package dev.tollgate.quota.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.clickhouse.ClickHouseSettings;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.proto.budget.v1.BudgetServiceGrpc;
import dev.tollgate.proto.budget.v1.BudgetServiceGrpc.BudgetServiceBlockingStub;
import dev.tollgate.proto.budget.v1.CheckRules;
import dev.tollgate.proto.budget.v1.GetCheckRulesRequest;
import dev.tollgate.proto.budget.v1.NoBudget;
import dev.tollgate.proto.budget.v1.UnknownModel;
import dev.tollgate.proto.budget.v1.UpdateCheckRulesRequest;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.quota.Refusal;
import dev.tollgate.quota.hold.InMemoryHolds;
import dev.tollgate.testkit.Conformance;
import dev.tollgate.testkit.InProcess;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.FakeTime;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

@ExtendWith(StoresExtension.class)
class CheckRulesRpcIT {
  private static final AtomicInteger TESTS = new AtomicInteger();

  @RegisterExtension final Conformance conformance = new Conformance();

  private final Stores stores;
  private final String tenant;
  private final FakeTime time = new FakeTime(Instant.parse("2026-08-31T23:00:00Z"));
  private ClickHouse clickHouse;
  private Policies policies;
  private final Matches matches = Matches.start(new InMemoryMatchBook());
  private InProcess server;

  CheckRulesRpcIT(Stores stores) {
    this.stores = stores;
    this.tenant = stores.tenant() + "-" + TESTS.incrementAndGet();
  }

  @BeforeEach
  void start() {
    clickHouse = connect();
    policies = follow(clickHouse);
    server =
        InProcess.start(
            conformance,
            new BudgetRpc(
                policies,
                Binding.BY_POLLING,
                matches,
                (request, observer) -> {},
                new InMemoryHolds(time),
                time));
  }

  @AfterEach
  void stop() {
    server.close();
    matches.close();
    policies.close();
    clickHouse.close();
  }

  private ClickHouse connect() {
    return ClickHouse.connect(
        new ClickHouseSettings(
            stores.clickHouseUrl(),
            stores.database(),
            stores.clickHouseUser(),
            stores.clickHousePassword()));
  }

  private static Policies follow(ClickHouse clickHouse) {
    return Policies.follow(
        ControlTable.open(clickHouse, "budgets"),
        ControlTable.open(clickHouse, "check_rules"),
        (tenant, policy) -> {});
  }

  @Test
  void getCheckRules_neverWritten_areTheDefaults() {
    assertThat(get(admin())).isEqualTo(form(UnknownModel.UNKNOWN_MODEL_REFUSE, 0).build());
    assertThat(policies.of(tenant).rules()).isEqualTo(dev.tollgate.quota.budget.CheckRules.DEFAULT);
  }

  @Test
  void updateCheckRules_andBack_bindsEachTime() {
    var first = update(admin(), form(UnknownModel.UNKNOWN_MODEL_HOLD_CEILING, 0));

    assertThat(first.getVersion()).isEqualTo(1);
    assertThat(first.hasUpdateTime()).isTrue();
    assertThat(get(admin())).isEqualTo(first);
    assertThat(policies.of(tenant).rules().unknownModel())
        .isEqualTo(dev.tollgate.quota.budget.CheckRules.UnknownModel.HOLD_CEILING);

    var second = update(admin(), form(UnknownModel.UNKNOWN_MODEL_REFUSE, 1));

    assertThat(second.getVersion()).isEqualTo(2);
    assertThat(get(admin())).isEqualTo(second);
    assertThat(policies.of(tenant).rules().unknownModel())
        .isEqualTo(dev.tollgate.quota.budget.CheckRules.UnknownModel.REFUSE);
  }

  @Test
  void updateCheckRules_onOneInstance_bindsOnTheOtherWithinASecond() throws InterruptedException {
    try (var elsewhere = follow(clickHouse)) {
      update(admin(), form(UnknownModel.UNKNOWN_MODEL_HOLD_CEILING, 0));

      for (int i = 0; elsewhere.of(tenant).rules().version() == 0; i++) {
        assertThat(i).as("polls of 10 ms").isLessThan(300);
        Thread.sleep(10);
      }
      assertThat(elsewhere.of(tenant).rules()).isEqualTo(policies.of(tenant).rules());
    }
  }

  @Test
  void rules_storeAway_lastKnownStayInForce() {
    update(admin(), form(UnknownModel.UNKNOWN_MODEL_HOLD_CEILING, 0));
    var lost = connect();
    try (var elsewhere = follow(lost)) {
      lost.close();

      assertThatThrownBy(elsewhere::refresh).isInstanceOf(RuntimeException.class);
      assertThat(elsewhere.of(tenant).rules()).isEqualTo(policies.of(tenant).rules());
      assertThat(elsewhere.of(tenant).rules().version()).isEqualTo(1);
    }
  }

  @Test
  void updateCheckRules_retried_getsTheFirstAnswer() {
    var ceiling = form(UnknownModel.UNKNOWN_MODEL_HOLD_CEILING, 0);
    var first = update(admin(), ceiling);

    assertThat(update(admin(), ceiling)).isEqualTo(first);
    assertThat(get(admin()).getVersion()).isEqualTo(1);
  }

  @Test
  void updateCheckRules_anotherVersion_isAConflictAndChangesNothing() {
    var first = update(admin(), form(UnknownModel.UNKNOWN_MODEL_HOLD_CEILING, 0));

    for (var version : List.of(0L, 2L, 1_000_000_000_000_000L)) {
      assertThat(
              Refusal.of(() -> update(admin(), form(UnknownModel.UNKNOWN_MODEL_REFUSE, version)))
                  .reason())
          .isEqualTo("WRITE_CONFLICT");
    }
    assertThat(get(admin())).isEqualTo(first);
  }

  @Test
  void updateCheckRules_badFields_areNamedAndNothingIsWritten() {
    assertThat(Refusal.of(() -> update(admin(), CheckRules.newBuilder().setVersion(-1))).fields())
        .containsExactly("check_rules.unknown_model", "check_rules.version");
    for (var bad :
        List.of(
            CheckRules.newBuilder(),
            CheckRules.newBuilder().setUnknownModelValue(99),
            CheckRules.newBuilder().setUnknownModelValue(-1))) {
      assertThat(Refusal.of(() -> update(admin(), bad)).fields())
          .containsExactly("check_rules.unknown_model");
    }
    for (var version : List.of(Long.MIN_VALUE, 1_000_000_000_000_001L, Long.MAX_VALUE)) {
      assertThat(
              Refusal.of(() -> update(admin(), form(UnknownModel.UNKNOWN_MODEL_REFUSE, version)))
                  .fields())
          .containsExactly("check_rules.version");
    }
    assertThat(get(admin()).getVersion()).isZero();
  }

  @Test
  void updateCheckRules_byAPinnedAdministrator_isForbiddenThoughItReads() {
    var pinned = stub(caller("pinned", tenant, Role.ROLE_ADMIN, Map.of("team", "search")));

    assertThat(
            Refusal.of(() -> update(pinned, form(UnknownModel.UNKNOWN_MODEL_HOLD_CEILING, 0)))
                .reason())
        .isEqualTo("DIMENSION_FORBIDDEN");
    assertThat(get(pinned).getVersion()).isZero();
  }

  @Test
  void updateCheckRules_byAnyOtherRole_isForbiddenThoughItReads() {
    var written = update(admin(), form(UnknownModel.UNKNOWN_MODEL_HOLD_CEILING, 0));

    for (var role : List.of(Role.ROLE_CALLER, Role.ROLE_READER, Role.ROLE_SERVICE)) {
      var stub = stub(caller(role.name(), tenant, role, Map.of()));
      assertThat(
              Refusal.of(() -> update(stub, form(UnknownModel.UNKNOWN_MODEL_REFUSE, 1))).reason())
          .isEqualTo("ROLE_FORBIDDEN");
      assertThat(get(stub)).isEqualTo(written);
    }
  }

  @Test
  void updateCheckRules_ofOneTenant_isNothingToAnother() {
    var other = tenant + "-other";
    var stranger = stub(caller("stranger", other, Role.ROLE_ADMIN, Map.of()));
    update(admin(), form(UnknownModel.UNKNOWN_MODEL_HOLD_CEILING, 0));

    assertThat(get(stranger).getVersion()).isZero();
    assertThat(policies.of(other).rules()).isEqualTo(dev.tollgate.quota.budget.CheckRules.DEFAULT);
    update(stranger, form(UnknownModel.UNKNOWN_MODEL_REFUSE, 0));
    assertThat(get(admin()).getUnknownModel()).isEqualTo(UnknownModel.UNKNOWN_MODEL_HOLD_CEILING);
  }

  @Test
  void checkRules_asJson_areWrittenAndRead() throws IOException, InterruptedException {
    var written = json("PUT", "{\"checkRules\":{\"unknownModel\":\"UNKNOWN_MODEL_HOLD_CEILING\"}}");

    assertThat(written).contains("\"UNKNOWN_MODEL_HOLD_CEILING\"").contains("\"1\"");
    assertThat(json("GET", "")).isEqualTo(written);
    assertThat(json("PUT", "{\"checkRules\":{\"unknown\":1}}")).contains("check_rules.unknown");
  }

  private String json(String method, String body) throws IOException, InterruptedException {
    var key = server.key(caller("admin", tenant, Role.ROLE_ADMIN, Map.of()));
    var request =
        HttpRequest.newBuilder(server.http().resolve("/v1/check-rules"))
            .header("authorization", "Bearer " + key)
            .header("content-type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request, BodyHandlers.ofString()).body();
    }
  }

  private static CheckRules.Builder form(UnknownModel unknownModel, long version) {
    return CheckRules.newBuilder()
        .setUnknownModel(unknownModel)
        .setNoBudget(NoBudget.NO_BUDGET_ALLOW)
        .setVersion(version);
  }

  private static CheckRules get(BudgetServiceBlockingStub stub) {
    return stub.getCheckRules(GetCheckRulesRequest.getDefaultInstance()).getCheckRules();
  }

  private static CheckRules update(BudgetServiceBlockingStub stub, CheckRules.Builder form) {
    return stub.updateCheckRules(UpdateCheckRulesRequest.newBuilder().setCheckRules(form).build())
        .getCheckRules();
  }

  private BudgetServiceBlockingStub admin() {
    return stub(caller("admin", tenant, Role.ROLE_ADMIN, Map.of()));
  }

  private static Caller caller(String keyId, String tenant, Role role, Map<String, String> pins) {
    return new Caller(keyId, Set.of(role), tenant, pins);
  }

  private BudgetServiceBlockingStub stub(Caller caller) {
    return BudgetServiceGrpc.newBlockingStub(server.channel(caller));
  }
}

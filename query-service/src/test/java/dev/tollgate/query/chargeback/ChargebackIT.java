package dev.tollgate.query.chargeback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Failure.Violation;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.control.LateControlTable;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.query.v1.AllocationMethod;
import dev.tollgate.proto.query.v1.AllocationRule;
import dev.tollgate.proto.query.v1.ChargebackMode;
import dev.tollgate.proto.query.v1.GetStatementRequest;
import dev.tollgate.proto.query.v1.GetStatementResponse;
import dev.tollgate.proto.query.v1.IssueStatementsRequest;
import dev.tollgate.proto.query.v1.IssueStatementsResponse;
import dev.tollgate.proto.query.v1.IssuedStatement;
import dev.tollgate.proto.query.v1.ListStatementsRequest;
import dev.tollgate.proto.query.v1.ListStatementsResponse;
import dev.tollgate.proto.query.v1.OrgLevel;
import dev.tollgate.proto.query.v1.StatementRow;
import dev.tollgate.query.admit.Limits;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.answer.Asked;
import dev.tollgate.query.cost.TestLedger;
import dev.tollgate.query.ledger.Scale;
import dev.tollgate.query.org.MadeTree;
import dev.tollgate.query.page.PageTokens;
import dev.tollgate.secret.Secret;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.FakeTime;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

@NullMarked
@ExtendWith(StoresExtension.class)
class ChargebackIT {
  private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");
  private static final Instant JULY = start("2026-07");
  private static final Instant SEPTEMBER = start("2026-09");
  private static final int CALLS = 200;
  private static final List<AllocationRule> RULES =
      List.of(
          rule("", AllocationMethod.ALLOCATION_METHOD_PROPORTIONAL).build(),
          rule("gpu", AllocationMethod.ALLOCATION_METHOD_FIXED)
              .putShares("a", 3)
              .putShares("z", 1)
              .build(),
          rule("licence", AllocationMethod.ALLOCATION_METHOD_EVEN).build(),
          rule("training", AllocationMethod.ALLOCATION_METHOD_COMMITTED)
              .setCapacity(Money.newBuilder().setCurrencyCode("USD").setAmount("100"))
              .setProvider("openai")
              .setIdleCostCenter("idle")
              .build());

  private final TestLedger ledger;
  private final String tenant;
  private final MadeMonths made;
  private final MadeTree tree;
  private final Random random = new Random(7);
  private final FakeTime time = new FakeTime(SEPTEMBER);

  ChargebackIT(Stores stores, TestInfo test) {
    this.ledger = TestLedger.open(stores);
    this.tenant = stores.tenant() + "-" + test.getTestMethod().orElseThrow().getName();
    this.made = new MadeMonths(ledger, tenant);
    this.tree = MadeTree.random(new Random(5), MadeMonths.TEAMS, JULY, SEPTEMBER);
  }

  @BeforeEach
  void fill() throws Exception {
    made.add(random, JULY.minus(Duration.ofDays(20)), SEPTEMBER, CALLS);
    new MadeMonths(ledger, tenant + "-neighbour").add(random, JULY, SEPTEMBER, 20);
    tree.put(ledger.clickHouse(), tenant);
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  @Test
  void statement_ofAnyMonth_isWhatPlainJavaRecomputes() throws Exception {
    made.add(random, JULY.minus(Duration.ofDays(20)), SEPTEMBER, Scale.events(CALLS) - CALLS);
    for (var neighbour : Scale.neighbours(tenant + "-2")) {
      new MadeMonths(ledger, neighbour).add(random, JULY, SEPTEMBER, Scale.events(CALLS));
    }

    for (var month : List.of("2026-06", "2026-07", "2026-08")) {
      var statement = statement(month);

      assertThat(rows(statement.getRowsList())).isEqualTo(recomputed(month));
      assertThat(totals(statement.getTotalsList()))
          .isEqualTo(RecomputedStatement.totals(made, tree, start(month), end(month)));
      assertThat(statement.getStatement().getMode())
          .isEqualTo(ChargebackMode.CHARGEBACK_MODE_SHOWBACK);
      assertThat(statement.getStatement().getHash()).isEmpty();
    }
  }

  @Test
  void statements_issued_neverChangeAndAddUpToTheLedger() throws Exception {
    var first = issue("2026-07", ChargebackMode.CHARGEBACK_MODE_SOFT);
    var july = statement("2026-07");
    made.add(random, JULY, SEPTEMBER, 30);

    assertThat(statement("2026-07")).isEqualTo(july);
    assertThat(rows(statement("2026-08").getRowsList())).isEqualTo(recomputed("2026-08"));
    var second = issue("2026-08", ChargebackMode.CHARGEBACK_MODE_SOFT);
    var august = statement("2026-08");

    assertThat(july.getStatement()).isEqualTo(first.getStatement());
    assertThat(august.getStatement()).isEqualTo(second.getStatement());
    assertThat(august.getTotalsList()).isEqualTo(second.getTotalsList());
    assertThat(august.getRowsList()).anyMatch(row -> row.getMonth().equals("2026-07"));
    var all = rows(july.getRowsList());
    rows(august.getRowsList()).forEach((row, picos) -> all.merge(row, picos, BigInteger::add));
    all.values().removeIf(picos -> picos.signum() == 0);
    var expected = recomputed("2026-07");
    expected.putAll(recomputed("2026-08"));
    assertThat(all).isEqualTo(expected);
    var sums = totals(july.getTotalsList());
    totals(august.getTotalsList()).forEach((code, sum) -> sums.merge(code, sum, BigInteger::add));
    assertThat(sums).isEqualTo(RecomputedStatement.totals(made, tree, JULY, SEPTEMBER));
  }

  @Test
  void statement_rows_haveTheOwnerWhenTheirMonthEnded() throws Exception {
    issue("2026-07", ChargebackMode.CHARGEBACK_MODE_SOFT);
    made.add(random, JULY, SEPTEMBER, 30);
    issue("2026-08", ChargebackMode.CHARGEBACK_MODE_SOFT);
    var july = statement("2026-07");
    new MadeTree()
        .link(OrgLevel.ORG_LEVEL_COST_CENTER, "a", "Eve", Instant.EPOCH)
        .put(ledger.clickHouse(), tenant);

    var rows = statement("2026-08").getRowsList();

    for (var row : rows) {
      var last = end(row.getMonth()).minusMillis(1);
      assertThat(row.getOwner()).isEqualTo(tree.places("", row.getCostCenter(), last).get("owner"));
    }
    assertThat(rows).extracting(StatementRow::getOwner).anyMatch(owner -> !owner.isEmpty());
    assertThat(statement("2026-07")).isEqualTo(july);
  }

  @Test
  void statements_issued_areListedInPages() {
    for (var month : List.of("2026-06", "2026-07", "2026-08")) {
      issue(month, ChargebackMode.CHARGEBACK_MODE_SOFT);
    }

    var first = list(ListStatementsRequest.newBuilder().setPageSize(2).build(), tenant);
    var next = ListStatementsRequest.newBuilder().setPageToken(first.getNextPageToken()).build();
    var second = list(next, tenant);

    assertThat(first.getStatementsList())
        .extracting(IssuedStatement::getStatement)
        .containsExactly(statement("2026-06").getStatement(), statement("2026-07").getStatement());
    assertThat(second.getStatementsList())
        .extracting(IssuedStatement::getTotalsList)
        .containsExactly(statement("2026-08").getTotalsList());
    assertThat(second.getNextPageToken()).isEmpty();
    var whole = list(ListStatementsRequest.getDefaultInstance(), tenant);
    assertThat(whole.getStatementsCount()).isEqualTo(3);
    var neighbour = tenant + "-neighbour";
    assertThat(list(ListStatementsRequest.getDefaultInstance(), neighbour).getStatementsList())
        .isEmpty();
    assertThat(failure(() -> list(next, neighbour)).reason()).isEqualTo(Reason.FIELD_INVALID);
  }

  private ListStatementsResponse list(ListStatementsRequest request, String who) {
    var caller = new Caller("reader", Set.of(Role.ROLE_READER), who, Map.of());
    return Asked.by(caller, observer -> rpc().listStatements(request, observer));
  }

  @Test
  void statement_issued_hashesToItsContent() throws Exception {
    issue("2026-07", ChargebackMode.CHARGEBACK_MODE_SOFT);
    issue("2026-08", ChargebackMode.CHARGEBACK_MODE_SOFT);
    var july = statement("2026-07");
    var august = statement("2026-08");

    assertThat(july.getStatement().getPreviousHash()).isEmpty();
    assertThat(august.getStatement().getPreviousHash()).isEqualTo(july.getStatement().getHash());
    for (var each : List.of(july, august)) {
      assertThat(each.getStatement().getHash()).isEqualTo(hash(each));
    }
  }

  private String hash(GetStatementResponse statement) throws Exception {
    var head = statement.getStatement();
    var text =
        new StringBuilder("tollgate-statement-1\n" + tenant + "\n" + head.getMonth() + "\n")
            .append("Europe/Berlin\nCHARGEBACK_MODE_SOFT\n" + head.getPreviousHash() + "\n");
    for (var row : statement.getRowsList()) {
      text.append(row.getCostCenter() + "\t" + row.getKind().name() + "\t" + row.getMonth())
          .append("\t" + row.getCategory() + "\t" + row.getAmount().getCurrencyCode())
          .append("\t" + row.getAmount().getAmount() + "\n");
    }
    var bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @Test
  void issue_again_getsTheFirstAnswerOrIsRefused() {
    var first = issue("2026-07", ChargebackMode.CHARGEBACK_MODE_SOFT);

    assertThat(issue("2026-07", ChargebackMode.CHARGEBACK_MODE_SOFT)).isEqualTo(first);
    assertThat(failure("2026-07", ChargebackMode.CHARGEBACK_MODE_HARD))
        .isEqualTo(Reason.STATEMENT_EXISTS);
  }

  @Test
  void issue_outOfOrderOrTooEarly_isRefused() {
    assertThat(failure("2026-09", ChargebackMode.CHARGEBACK_MODE_SOFT))
        .isEqualTo(Reason.PERIOD_OPEN);
    issue("2026-06", ChargebackMode.CHARGEBACK_MODE_SOFT);
    assertThat(failure("2026-08", ChargebackMode.CHARGEBACK_MODE_SOFT))
        .isEqualTo(Reason.STATEMENT_OUT_OF_ORDER);
    assertThat(failure("2026-05", ChargebackMode.CHARGEBACK_MODE_SOFT))
        .isEqualTo(Reason.STATEMENT_OUT_OF_ORDER);
    var elsewhere = request("2026-07", ChargebackMode.CHARGEBACK_MODE_SOFT).setTimeZone("UTC");
    assertThat(failure(() -> issue(elsewhere.build())).reason())
        .isEqualTo(Reason.STATEMENT_OUT_OF_ORDER);
  }

  @Test
  void issue_hardWithWhatNobodyBears_isRefused() {
    assertThat(failure("2026-07", ChargebackMode.CHARGEBACK_MODE_HARD))
        .isEqualTo(Reason.STATEMENT_UNATTRIBUTED);
    var hard = request("2026-07", ChargebackMode.CHARGEBACK_MODE_HARD).clearRules();
    for (var category : List.of("", "gpu", "licence", "training", "other")) {
      hard.addRules(
          rule(category, AllocationMethod.ALLOCATION_METHOD_FIXED).putShares("overhead", 1));
    }

    issue(hard.build());

    assertThat(statement("2026-07").getRowsList())
        .allMatch(row -> !row.getCostCenter().isEmpty())
        .anyMatch(row -> row.getCostCenter().equals("overhead"));
  }

  @Test
  void statement_ofACostCenter_isItsPartOfTheWhole() {
    var whole = statement("2026-08");
    var request = asked("2026-08").setCostCenter("a").build();

    var part = get(request, caller(Map.of()));

    assertThat(part.getRowsList())
        .isNotEmpty()
        .isEqualTo(
            whole.getRowsList().stream().filter(row -> row.getCostCenter().equals("a")).toList());
    assertThat(part.getTotalsList()).isEqualTo(whole.getTotalsList());
  }

  @Test
  void statements_pinnedCredential_areRefused() {
    var pinned = caller(Map.of("cost_center", "a"));

    assertThat(failure(() -> get(asked("2026-08").build(), pinned)).reason())
        .isEqualTo(Reason.DIMENSION_FORBIDDEN);
  }

  @Test
  void issue_mistakes_areNamedTogether() {
    var request =
        IssueStatementsRequest.newBuilder()
            .setMonth("2026-13")
            .setTimeZone("Mars")
            .setMode(ChargebackMode.CHARGEBACK_MODE_SHOWBACK)
            .addRules(rule("a", AllocationMethod.ALLOCATION_METHOD_EVEN).putShares("x", 1))
            .addRules(rule("a", AllocationMethod.ALLOCATION_METHOD_FIXED).putShares("x", 0))
            .addRules(rule("b", AllocationMethod.ALLOCATION_METHOD_COMMITTED))
            .addRules(rule("c", AllocationMethod.ALLOCATION_METHOD_UNSPECIFIED))
            .build();

    var failure = failure(() -> issue(request));

    assertThat(failure.reason()).isEqualTo(Reason.FIELD_INVALID);
    assertThat(failure.violations())
        .extracting(Violation::field)
        .containsExactly(
            "month",
            "time_zone",
            "rules[0].shares",
            "rules[1].shares[x]",
            "rules[1].category",
            "rules[2].capacity.currency_code",
            "rules[2].capacity.amount",
            "rules[2].capacity.amount",
            "rules[3].method",
            "mode");
  }

  private Map<String, BigInteger> recomputed(String month) {
    return new RecomputedStatement(made, tree, month, start(month), end(month)).rows();
  }

  private static Map<String, BigInteger> rows(List<StatementRow> given) {
    var rows = new TreeMap<String, BigInteger>();
    for (var row : given) {
      var key =
          RecomputedStatement.key(
              row.getCostCenter(),
              row.getKind().name().substring("STATEMENT_ROW_KIND_".length()),
              row.getMonth(),
              row.getCategory() + "|" + row.getAmount().getCurrencyCode());
      assertThat(rows.put(key, RecomputedStatement.picos(row.getAmount().getAmount()))).isNull();
    }
    return rows;
  }

  private static Map<String, BigInteger> totals(List<Money> totals) {
    var sums = new TreeMap<String, BigInteger>();
    totals.forEach(
        each -> sums.put(each.getCurrencyCode(), RecomputedStatement.picos(each.getAmount())));
    return sums;
  }

  private GetStatementResponse statement(String month) {
    return get(asked(month).build(), caller(Map.of()));
  }

  private static GetStatementRequest.Builder asked(String month) {
    return GetStatementRequest.newBuilder()
        .setMonth(month)
        .setTimeZone("Europe/Berlin")
        .addAllRules(RULES);
  }

  private GetStatementResponse get(GetStatementRequest request, Caller caller) {
    return Asked.by(caller, observer -> rpc().getStatement(request, observer));
  }

  private IssueStatementsResponse issue(String month, ChargebackMode mode) {
    return issue(request(month, mode).build());
  }

  private IssueStatementsResponse issue(IssueStatementsRequest request) {
    return Asked.by(caller(Map.of()), observer -> rpc().issueStatements(request, observer));
  }

  private static IssueStatementsRequest.Builder request(String month, ChargebackMode mode) {
    return IssueStatementsRequest.newBuilder()
        .setMonth(month)
        .setTimeZone("Europe/Berlin")
        .setMode(mode)
        .addAllRules(RULES);
  }

  private Reason failure(String month, ChargebackMode mode) {
    return failure(() -> issue(month, mode)).reason();
  }

  private static Failure failure(Runnable call) {
    return catchThrowableOfType(Failure.class, call::run);
  }

  private ChargebackRpc rpc() {
    var limits = new Limits(Duration.ofSeconds(20), 100_000_000, 1L << 30, 8, 0, 1 << 20);
    var clickHouse = ledger.clickHouse();
    return new ChargebackRpc(
        new Answering(clickHouse, limits, new PageTokens(new Secret("key")), time),
        new IssuedStatements(new LateControlTable(clickHouse, IssuedStatements.TABLE)));
  }

  private Caller caller(Map<String, String> pins) {
    return new Caller("key", Set.of(Role.ROLE_ADMIN), tenant, pins);
  }

  private static AllocationRule.Builder rule(String category, AllocationMethod method) {
    return AllocationRule.newBuilder().setCategory(category).setMethod(method);
  }

  private static Instant start(String month) {
    return YearMonth.parse(month).atDay(1).atStartOfDay(ZONE).toInstant();
  }

  private static Instant end(String month) {
    return YearMonth.parse(month).plusMonths(1).atDay(1).atStartOfDay(ZONE).toInstant();
  }
}

package dev.tollgate.query.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.control.LateControlTable;
import dev.tollgate.proto.alert.v1.Alert;
import dev.tollgate.proto.alert.v1.AlertKind;
import dev.tollgate.proto.alert.v1.AlertRoute;
import dev.tollgate.proto.alert.v1.AlertSeverity;
import dev.tollgate.proto.budget.v1.CalendarMonth;
import dev.tollgate.proto.budget.v1.Window;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.query.v1.GetReportRequest;
import dev.tollgate.proto.query.v1.GetReportResponse;
import dev.tollgate.proto.query.v1.ListReportsRequest;
import dev.tollgate.proto.query.v1.ListReportsResponse;
import dev.tollgate.proto.query.v1.Report;
import dev.tollgate.proto.query.v1.ReportKind;
import dev.tollgate.query.admit.Limits;
import dev.tollgate.query.alert.Alerts;
import dev.tollgate.query.alert.Said;
import dev.tollgate.query.anomaly.Anomalies;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.answer.Asked;
import dev.tollgate.query.burn.MadeBudgets;
import dev.tollgate.query.burn.MadeBurn;
import dev.tollgate.query.compare.TestBook;
import dev.tollgate.query.cost.TestLedger;
import dev.tollgate.query.ledger.Scale;
import dev.tollgate.query.page.PageTokens;
import dev.tollgate.query.quota.QuotaClient;
import dev.tollgate.query.report.MadePeriods.Call;
import dev.tollgate.query.saving.Marks;
import dev.tollgate.secret.Secret;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.FakeTime;
import dev.tollgate.time.TimeSource;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

@NullMarked
@ExtendWith(StoresExtension.class)
class ReportsIT {
  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(20), 100_000_000, 1L << 30, 8, 0, 1 << 20);
  private static final Instant NOW = MadePeriods.END.plus(Duration.ofMinutes(10));

  private static final Instant JANUARY = Instant.parse("2027-01-01T00:00:00Z");
  private static final int CALLS = 700;
  private static final String MONTHLY = "2027-02-01-month";

  private final FakeTime time = new FakeTime(NOW);
  private final MadeBudgets quota = new MadeBudgets();
  private final TestLedger ledger;
  private final String tenant;
  private final MadePeriods made;
  private final Server server;
  private final ManagedChannel channel;

  /// To where nobody answers: stores are shared with other tests, and budgets are this one's alone.
  private final ManagedChannel dead = InProcessChannelBuilder.forName("nobody").build();

  private final Said said;

  ReportsIT(Stores stores, TestInfo test) throws Exception {
    this.ledger = TestLedger.open(stores);
    this.tenant = stores.tenant() + test.getTestMethod().orElseThrow().getName();
    this.made = new MadePeriods(ledger, tenant);
    this.server =
        InProcessServerBuilder.forName(tenant).directExecutor().addService(quota).build().start();
    this.channel = InProcessChannelBuilder.forName(tenant).directExecutor().build();
    this.said = new Said(ledger.clickHouse(), time, tenant);
  }

  @BeforeEach
  void fill() throws Exception {
    made.add(new Random(3), JANUARY, NOW, CALLS);
    var month = Window.newBuilder().setCalendarMonth(CalendarMonth.getDefaultInstance());
    for (var team : List.of("a", "b")) {
      quota.budgets.put(
          team,
          MadeBurn.budget(team, month, MadeBurn.money("USD", team.equals("a") ? "50" : "900"))
              .putSelector("team", team)
              .build());
    }
    said.route(
        AlertRoute.newBuilder()
            .setRouteId("team")
            .setDimension("team")
            .addValues("a")
            .addKinds(AlertKind.ALERT_KIND_REPORT));
    said.route(AlertRoute.newBuilder().setRouteId("whole").addKinds(AlertKind.ALERT_KIND_REPORT));
  }

  @AfterEach
  void close() {
    channel.shutdownNow();
    dead.shutdownNow();
    server.shutdownNow();
    ledger.close();
  }

  private void enlarge() throws Exception {
    made.add(new Random(6), JANUARY, NOW, Scale.events(CALLS) - CALLS);
    for (var neighbour : Scale.neighbours(tenant)) {
      new MadePeriods(ledger, neighbour).add(new Random(3), JANUARY, NOW, Scale.events(CALLS));
    }
  }

  @Test
  void digest_ofATeam_isWhatPlainJavaRecomputes() throws Exception {
    enlarge();
    anomaly("2027-02-20T03:00:00Z", "open", "");
    anomaly("2027-02-21T03:00:00Z", "over", "2027-02-21T04:00:00Z");
    anomaly("2027-02-22T03:00:00Z", "over-later", "2027-03-01T00:00:00Z");
    job().run();

    var digest = get(id("a"), Map.of()).getText();
    var before = MadePeriods.WEEK.minus(Duration.ofDays(7));
    assertThat(digest)
        .startsWith("Weekly digest of team a, week of 2027-02-22\n2027-02-22 to 2027-02-28, UTC\n");
    assertThat(section(digest, "Spend"))
        .isEqualTo(made.spend(ReportsIT::isOfTeamA, before, MadePeriods.WEEK, "the week before"));
    assertThat(section(digest, "Models"))
        .isEqualTo(made.top(ReportsIT::isOfTeamA, MadePeriods.WEEK, Call::model, 5));
    assertThat(section(digest, "Features"))
        .isEqualTo(made.top(ReportsIT::isOfTeamA, MadePeriods.WEEK, Call::feature, 5));
    assertThat(section(digest, "Users"))
        .isEqualTo(
            made.top(
                ReportsIT::isOfTeamA, MadePeriods.WEEK, call -> made.surrogate(call.user()), 5));
    assertThat(section(digest, "Cost"))
        .contains(
            made.costPerRequest(ReportsIT::isOfTeamA, "EUR", MadePeriods.WEEK),
            made.costPerRequest(ReportsIT::isOfTeamA, "USD", MadePeriods.WEEK));
    assertThat(section(digest, "Waste by retries"))
        .isEqualTo(made.waste(ReportsIT::isOfTeamA, MadePeriods.WEEK));
    assertThat(section(digest, "Open anomalies"))
        .containsExactly("team a is new and spent 5 open", "team a is new and spent 5 over-later");
    assertThat(section(digest, "Budgets"))
        .singleElement()
        .asString()
        .startsWith("a")
        .endsWith(": " + made.used("a", "50"));
  }

  @Test
  void monthlyReport_ofTheTenant_isWhatPlainJavaRecomputes() throws Exception {
    enlarge();
    job().run();

    var report = get(MONTHLY, Map.of()).getText();
    assertThat(report).startsWith("Report of 2027-02\n2027-02-01 to 2027-02-28, UTC\n");
    assertThat(section(report, "Spend"))
        .isEqualTo(made.spend(_ -> true, JANUARY, MadePeriods.FEBRUARY, "the month before"));
    assertThat(section(report, "Teams"))
        .isEqualTo(made.top(_ -> true, MadePeriods.FEBRUARY, Call::team, 20));
    assertThat(section(report, "Models"))
        .isEqualTo(made.top(_ -> true, MadePeriods.FEBRUARY, Call::model, 20));
    assertThat(section(report, "Without a team"))
        .isEqualTo(made.unattributed(MadePeriods.FEBRUARY));
    assertThat(section(report, "Waste by retries"))
        .isEqualTo(made.waste(_ -> true, MadePeriods.FEBRUARY));
    assertThat(section(report, "What could be saved")).isNotEmpty();
    assertThat(section(report, "Budgets over 80 %"))
        .singleElement()
        .asString()
        .endsWith(": " + made.used("a", "50"));
  }

  @Test
  void reports_madeByTwoSideBySide_areMadeAndSaidOnce() throws Exception {
    var both = List.of(job(), job());
    CompletableFuture.allOf(
            both.stream()
                .map(each -> CompletableFuture.runAsync(each::run))
                .toArray(CompletableFuture[]::new))
        .join();
    job().run();

    var reports = list(Map.of(), 0);
    assertThat(reports)
        .extracting(Report::getReportId)
        .containsExactlyInAnyOrder(MONTHLY, id("a"), id("b"));
    for (var report : reports) {
      var whole = get(report.getReportId(), Map.of());
      var hash = MessageDigest.getInstance("SHA-256");
      assertThat(whole.getReport()).isEqualTo(report);
      assertThat(report.getSha256())
          .isEqualTo(
              HexFormat.of()
                  .formatHex(hash.digest(whole.getText().getBytes(StandardCharsets.UTF_8))));
    }
    assertSaidOnce();
    var alert = said.to("team").getFirst();
    assertThat(alert.getKind()).isEqualTo(AlertKind.ALERT_KIND_REPORT);
    assertThat(alert.getSeverity()).isEqualTo(AlertSeverity.ALERT_SEVERITY_INFO);
    assertThat(alert.getSubjectMap()).isEqualTo(Map.of("team", "a"));
    assertThat(alert.getText()).isEqualTo(get(id("a"), Map.of()).getText());
  }

  @Test
  void report_madeAgainLater_hasTheSameBytesUntilTheLedgerHasOthers() throws Exception {
    job().run();
    var digest = get(id("a"), Map.of());
    var monthly = get(MONTHLY, Map.of());
    time.advance(Duration.ofDays(40));

    assertThat(maker(answering(time)).make(tenant, "a", week())).isEqualTo(digest);
    assertThat(maker(answering(time)).make(tenant, "", month())).isEqualTo(monthly);
    made.add(new Random(4), MadePeriods.WEEK, MadePeriods.END, 60);
    job().run();
    assertThat(maker(answering(time)).make(tenant, "a", week())).isNotEqualTo(digest);
    assertThat(get(id("a"), Map.of())).isEqualTo(digest);
    assertThat(get(MONTHLY, Map.of())).isEqualTo(monthly);
  }

  @Test
  void reports_whoMadeThemDied_areSaidOnceByTheNext() {
    job().make(tenant, week());
    assertThat(said.to("team")).isEmpty();
    // Another one also said what it had made, but died before it wrote so.
    job().make(tenant, month());
    var reports = Reports.open(ledger.clickHouse());
    reports
        .unannounced(tenant, month())
        .forEach(each -> Alerts.open(ledger.clickHouse(), time).say(tenant, ReportAlert.of(each)));
    job().run();
    job().run();

    assertSaidOnce();
    assertThat(reports.unannounced(tenant, week())).isEmpty();
    assertThat(reports.unannounced(tenant, month())).isEmpty();
  }

  @Test
  void reports_ofPeriodsThatAreNotOver_areMadeLaterAndMissedOnesToo() throws Exception {
    var clock = new FakeTime(NOW.minusMillis(1));
    job(clock).run();
    assertThat(list(Map.of(), 0)).isEmpty();
    clock.advance(Duration.ofMillis(1));
    job(clock).run();
    assertThat(list(Map.of(), 0)).hasSize(3);
    var weekAfter = MadePeriods.END.plus(Duration.ofDays(7));
    made.add(new Random(5), weekAfter, weekAfter.plus(Duration.ofDays(7)), 30);
    clock.advance(Duration.ofDays(22));
    job(clock).run();

    assertThat(list(Map.of("team", "a"), 0))
        .extracting(report -> report.getReportId().substring(0, "2027-02-22".length()))
        .contains("2027-02-22", "2027-03-08");
  }

  @Test
  void reports_ofOthers_areNotSeen() {
    job().run();

    assertThat(list(Map.of(), 0)).hasSize(3);
    assertThat(list(Map.of(), 1)).isEqualTo(list(Map.of(), 0));
    assertThat(list(Map.of("team", "a"), 1))
        .extracting(Report::getReportId)
        .containsExactly(id("a"));
    assertThat(get(id("a"), Map.of("team", "a")).getText()).contains("team a");
    for (var hidden : List.of(id("b"), MONTHLY, "2027-02-22-week-no")) {
      assertThat(failure(hidden, tenant, Map.of("team", "a"))).isEqualTo(Reason.REPORT_UNKNOWN);
    }
    for (var pins : List.of(Map.of("feature", "f"), Map.of("team", "a", "feature", "f"))) {
      assertThat(list(pins, 0)).isEmpty();
      assertThat(failure(id("a"), tenant, pins)).isEqualTo(Reason.REPORT_UNKNOWN);
    }
    assertThat(failure(id("a"), tenant + "-2", Map.of())).isEqualTo(Reason.REPORT_UNKNOWN);
    assertThat(failure("", tenant, Map.of())).isEqualTo(Reason.FIELD_INVALID);
  }

  private static boolean isOfTeamA(Call call) {
    return call.team().equals("a");
  }

  private void assertSaidOnce() {
    assertThat(said.to("team")).extracting(Alert::getAlertId).containsExactly(id("a"));
    assertThat(said.to("whole")).extracting(Alert::getAlertId).containsExactly(MONTHLY);
  }

  private static Period week() {
    return Period.at(ReportKind.REPORT_KIND_WEEKLY_DIGEST, MadePeriods.WEEK);
  }

  private static Period month() {
    return Period.at(ReportKind.REPORT_KIND_MONTHLY, MadePeriods.FEBRUARY);
  }

  private static String id(String team) {
    return ReportMaker.id(team, week());
  }

  private static List<String> section(String text, String title) {
    var from = text.indexOf("\n" + title + "\n") + title.length() + 2;
    return text.substring(from)
        .lines()
        .takeWhile(line -> !line.isEmpty())
        .map(String::strip)
        .toList();
  }

  /* In a currency by which it is known again. */
  private void anomaly(String start, String currency, String end) {
    var json =
        """
        {"anomalyId": "%s/%s", "rule": "ANOMALY_RULE_NEW_SPEND", "dimension": "team",
         "value": "a", "currencyCode": "%s", "startTime": "%s", "current": "5", "baseline": "0"%s}
        """
            .formatted(
                start,
                currency,
                currency,
                start,
                end.isEmpty() ? "" : ", \"endTime\": \"" + end + "\"");
    new LateControlTable(ledger.clickHouse(), "anomalies")
        .get()
        .append(tenant, start + "/" + currency, 0, json, "test");
  }

  /// As a process has it that has just started.
  private ReportJob job() {
    return job(time);
  }

  private ReportJob job(TimeSource clock) {
    var clickHouse = ledger.clickHouse();
    var answering = answering(clock);
    return new ReportJob(
        maker(answering),
        Reports.open(clickHouse),
        Alerts.open(clickHouse, clock),
        answering.ledger(),
        clock);
  }

  private ReportMaker maker(Answering answering) {
    var mine = new QuotaClient(who -> who.equals(tenant) ? channel : dead);
    var clickHouse = ledger.clickHouse();
    return new ReportMaker(
        answering,
        TestBook.books(),
        mine,
        Anomalies.open(clickHouse),
        new Marks(new LateControlTable(clickHouse, Marks.TABLE)));
  }

  private Answering answering(TimeSource clock) {
    return new Answering(ledger.clickHouse(), LIMITS, new PageTokens(new Secret("key")), clock);
  }

  private ReportRpc rpc() {
    return new ReportRpc(Reports.open(ledger.clickHouse()), new PageTokens(new Secret("key")));
  }

  /// All pages.
  private List<Report> list(Map<String, String> pins, int size) {
    var reports = new ArrayList<Report>();
    var request = ListReportsRequest.newBuilder().setPageSize(size);
    ListReportsResponse page;
    do {
      page = Asked.by(reader(tenant, pins), answer -> rpc().listReports(request.build(), answer));
      reports.addAll(page.getReportsList());
      request.setPageToken(page.getNextPageToken());
    } while (!page.getNextPageToken().isEmpty());
    return reports;
  }

  private GetReportResponse get(String id, Map<String, String> pins) {
    return get(id, tenant, pins);
  }

  private GetReportResponse get(String id, String who, Map<String, String> pins) {
    var request = GetReportRequest.newBuilder().setReportId(id).build();
    return Asked.by(reader(who, pins), answer -> rpc().getReport(request, answer));
  }

  private Reason failure(String id, String who, Map<String, String> pins) {
    return catchThrowableOfType(Failure.class, () -> get(id, who, pins)).reason();
  }

  private static Caller reader(String tenant, Map<String, String> pins) {
    return new Caller("key", Set.of(Role.ROLE_READER), tenant, pins);
  }
}

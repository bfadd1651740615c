package dev.tollgate.query.report;

import dev.tollgate.failure.Failure;
import dev.tollgate.proto.query.v1.ReportKind;
import dev.tollgate.query.alert.Alerts;
import dev.tollgate.query.ledger.CompleteHours;
import dev.tollgate.query.ledger.HourMarks;
import dev.tollgate.query.ledger.Ledger;
import dev.tollgate.query.ledger.TenantLedger;
import dev.tollgate.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes the reports of all tenants when their period is over, and says them. Any number of
/// processes may do so side by side. Blocks.
public final class ReportJob {
  /* A report is first kept and then said, and then it is kept that it was said; when that is so of
  all of a period, the period is marked. Whoever comes after one that died makes what is missing and
  says what was not said: an alert has the report's id, so that no route gets it twice. */
  private static final Logger LOG = LoggerFactory.getLogger(ReportJob.class);
  private static final Duration HOUR = Duration.ofHours(1);

  /// So many periods before the last one are made up for.
  private static final int CATCH_UP = 3;

  private final ReportMaker maker;
  private final Reports reports;
  private final Alerts alerts;
  private final TenantLedger tenants;
  private final CompleteHours hours;
  private final TimeSource time;

  public ReportJob(
      ReportMaker maker, Reports reports, Alerts alerts, Ledger ledger, TimeSource time) {
    this.maker = maker;
    this.reports = reports;
    this.alerts = alerts;
    this.tenants = new TenantLedger(ledger);
    this.hours = new CompleteHours(ledger, time);
    this.time = time;
  }

  /// Makes and says all that is due. A tenant with which that fails is tried again the next time,
  /// and does not keep it from the others.
  public void run() {
    reports.marks().forEach(this::run);
  }

  private void run(ReportKind kind, HourMarks marks) {
    var last = Period.before(kind, time.now());
    var earliest = last.earlier(CATCH_UP);
    for (var tenant : new TreeSet<>(tenants.active(earliest.start()).keySet())) {
      try {
        run(tenant, marks, marks.of(tenant).map(mark -> next(kind, mark, earliest)).orElse(last));
      } catch (Failure failed) {
        LOG.warn("{}: its reports could not be made: {}", tenant, failed.getMessage());
      } catch (RuntimeException failed) {
        LOG.warn("{}: its reports could not be made", tenant, failed);
      }
    }
  }

  private static Period next(ReportKind kind, Instant mark, Period earliest) {
    var next = Period.at(kind, mark).next();
    return next.start().isBefore(earliest.start()) ? earliest : next;
  }

  private void run(String tenant, HourMarks marks, Period first) {
    var period = first;
    while (hours.isComplete(tenant, period.end().minus(HOUR), time.now())) {
      make(tenant, period);
      say(tenant, period);
      marks.put(tenant, period.start());
      period = period.next();
    }
  }

  /// Keeps those that are not kept yet.
  void make(String tenant, Period period) {
    for (var team : maker.teams(tenant, period)) {
      if (reports.find(tenant, ReportMaker.id(team, period)).isEmpty()) {
        reports.add(tenant, maker.make(tenant, team, period));
      }
    }
  }

  private void say(String tenant, Period period) {
    for (var report : reports.unannounced(tenant, period)) {
      alerts.say(tenant, ReportAlert.of(report));
      reports.announced(tenant, report);
    }
  }
}

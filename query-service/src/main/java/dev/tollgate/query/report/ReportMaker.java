package dev.tollgate.query.report;

import dev.tollgate.books.PriceBooks;
import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.query.v1.GetReportResponse;
import dev.tollgate.proto.query.v1.Report;
import dev.tollgate.proto.query.v1.ReportKind;
import dev.tollgate.query.anomaly.Anomalies;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.answer.Sha256;
import dev.tollgate.query.quota.QuotaClient;
import dev.tollgate.query.saving.Marks;
import java.util.List;

/// Makes reports of what the ledger has. Blocks; safe for concurrent use.
public final class ReportMaker {
  private static final int TEAM_BYTES = 12;

  private final Questions.Sources sources;

  public ReportMaker(
      Answering answering, PriceBooks books, QuotaClient quota, Anomalies anomalies, Marks marks) {
    this.sources = new Questions.Sources(answering, books, quota, anomalies, marks);
  }

  /// Of which teams there are reports of a period; the empty one stands for all of the tenant.
  List<String> teams(String tenant, Period period) {
    var asked = Questions.ofTenant(sources, tenant, period);
    if (period.kind() == ReportKind.REPORT_KIND_WEEKLY_DIGEST) {
      return asked.teams();
    }
    return asked.hasSpend() ? List.of("") : List.of();
  }

  static String id(String team, Period period) {
    return team.isEmpty()
        ? period.prefix()
        : period.prefix() + "-" + Sha256.hex(team).substring(0, 2 * TEAM_BYTES);
  }

  GetReportResponse make(String tenant, String team, Period period) {
    var text =
        team.isEmpty()
            ? ReportText.monthly(Questions.ofTenant(sources, tenant, period))
            : ReportText.digest(team, Questions.ofTeam(sources, tenant, team, period));
    var report =
        Report.newBuilder()
            .setReportId(id(team, period))
            .setKind(period.kind())
            .setTeam(team)
            .setStartTime(Times.timestamp(period.start()))
            .setEndTime(Times.timestamp(period.end()))
            .setSha256(Sha256.hex(text));
    return GetReportResponse.newBuilder().setReport(report).setText(text).build();
  }
}

package dev.tollgate.query.report;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.control.Entry;
import dev.tollgate.kernel.control.LateControlTable;
import dev.tollgate.proto.query.v1.GetReportResponse;
import dev.tollgate.proto.query.v1.ReportKind;
import dev.tollgate.query.ledger.HourMarks;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The reports that were made; none of them ever changes. Blocks; safe for concurrent use, by any
/// number of processes.
public final class Reports {
  /* The first version is the report. The second one has the same content, and says that it was
  announced. */

  private static final String ACTOR = "reports";
  private static final int READ_AT_ONCE = 20_000;

  private final LateControlTable table;
  private final Map<ReportKind, HourMarks> marks;

  private Reports(LateControlTable table, Map<ReportKind, HourMarks> marks) {
    this.table = table;
    this.marks = Map.copyOf(marks);
  }

  public static Reports open(ClickHouse clickHouse) {
    return new Reports(
        new LateControlTable(clickHouse, "reports"),
        Map.of(
            ReportKind.REPORT_KIND_WEEKLY_DIGEST,
            new HourMarks(new LateControlTable(clickHouse, "report_weeks"), ACTOR),
            ReportKind.REPORT_KIND_MONTHLY,
            new HourMarks(new LateControlTable(clickHouse, "report_months"), ACTOR)));
  }

  /// By kind, when the last periods began of which all was made and announced.
  Map<ReportKind, HourMarks> marks() {
    return marks;
  }

  Optional<GetReportResponse> find(String tenant, String id) {
    return table.get().read(tenant, id).map(Reports::read);
  }

  /// By id.
  ///
  /// @param from no id is before it
  List<GetReportResponse> list(String tenant, String from, int most) {
    return table.get().latest(tenant, from, "~", most).stream().map(Reports::read).toList();
  }

  /// Those of a period that nobody has announced yet.
  List<GetReportResponse> unannounced(String tenant, Period period) {
    var prefix = period.prefix();
    return table.get().latest(tenant, prefix, prefix + "~", READ_AT_ONCE).stream()
        .filter(entry -> entry.version() == 1)
        .map(Reports::read)
        .toList();
  }

  /// Keeps it; nothing happens where one of its id is kept.
  void add(String tenant, GetReportResponse report) {
    append(tenant, 0, report);
  }

  /// Keeps that it was announced.
  void announced(String tenant, GetReportResponse report) {
    append(tenant, 1, report);
  }

  private void append(String tenant, long before, GetReportResponse report) {
    try {
      var json = JsonFormat.printer().omittingInsignificantWhitespace().print(report);
      table.get().append(tenant, report.getReport().getReportId(), before, json, ACTOR);
    } catch (InvalidProtocolBufferException impossible) {
      throw new IllegalStateException(impossible);
    } catch (Failure failed) {
      if (failed.reason() != Reason.WRITE_CONFLICT) {
        throw failed;
      }
    }
  }

  private static GetReportResponse read(Entry entry) {
    try {
      var report = GetReportResponse.newBuilder();
      JsonFormat.parser().ignoringUnknownFields().merge(entry.content(), report);
      return report.build();
    } catch (InvalidProtocolBufferException damaged) {
      throw new IllegalStateException(entry.tenant() + " " + entry.id(), damaged);
    }
  }
}

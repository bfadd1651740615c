package dev.tollgate.query.report;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.query.v1.GetReportRequest;
import dev.tollgate.proto.query.v1.GetReportResponse;
import dev.tollgate.proto.query.v1.ListReportsRequest;
import dev.tollgate.proto.query.v1.ListReportsResponse;
import dev.tollgate.proto.query.v1.ReportKind;
import dev.tollgate.proto.query.v1.ReportServiceGrpc.ReportServiceImplBase;
import dev.tollgate.query.ask.AskedFields;
import dev.tollgate.query.page.PageTokens;
import dev.tollgate.query.page.QuestionTokens;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/// `ReportService` on the wire. Blocks.
public final class ReportRpc extends ReportServiceImplBase {
  private static final int READ_AT_ONCE = 1_000;
  private static final int PAGE_SIZE = 100;
  private static final int PAGE_SIZE_MAX = 1_000;
  private static final int ID_MAX = 64;

  private final Reports reports;
  private final PageTokens tokens;

  public ReportRpc(Reports reports, PageTokens tokens) {
    this.reports = reports;
    this.tokens = tokens;
  }

  @Override
  public void getReport(GetReportRequest request, StreamObserver<GetReportResponse> observer) {
    var asked = new AskedFields();
    var id = asked.fields().token("report_id", request.getReportId(), ID_MAX);
    asked.check();
    var caller = Caller.current();
    observer.onNext(
        reports
            .find(caller.tenant(), id)
            .filter(each -> sees(caller, each))
            .orElseThrow(
                () -> Failure.of(Reason.REPORT_UNKNOWN, id + ": there is no such report")));
    observer.onCompleted();
  }

  @Override
  public void listReports(
      ListReportsRequest request, StreamObserver<ListReportsResponse> observer) {
    var asked = new AskedFields();
    asked.fields().known("kind", request.getKind(), request.getKindValue());
    var size = (int) asked.fields().count("page_size", request.getPageSize(), 0, PAGE_SIZE_MAX);
    var first =
        request.hasStartTime()
            ? asked
                .time("start_time", true, request.getStartTime())
                .atZone(ZoneOffset.UTC)
                .toLocalDate()
                .toString()
            : "";
    asked.check();
    var caller = Caller.current();
    var sealed =
        QuestionTokens.of(
            tokens, caller, request.toBuilder().clearPageSize().clearPageToken().build());
    var from =
        sealed
            .open(request.getPageToken())
            .map(last -> after(new String(last, StandardCharsets.UTF_8)))
            .orElse(first);
    observer.onNext(page(caller, request, from, size == 0 ? PAGE_SIZE : size, sealed));
    observer.onCompleted();
  }

  private ListReportsResponse page(
      Caller caller, ListReportsRequest request, String from, int size, QuestionTokens sealed) {
    var response = ListReportsResponse.newBuilder();
    var found = found(caller, request.getKind(), from, size);
    if (found.size() > size) {
      found.removeLast();
      var last = found.getLast().getReport().getReportId();
      response.setNextPageToken(sealed.seal(last.getBytes(StandardCharsets.UTF_8)));
    }
    found.forEach(each -> response.addReports(each.getReport()));
    return response.build();
  }

  /* One more than a page, where there is one. */
  private List<GetReportResponse> found(Caller caller, ReportKind kind, String first, int size) {
    var found = new ArrayList<GetReportResponse>();
    List<GetReportResponse> read;
    var from = first;
    do {
      read = reports.list(caller.tenant(), from, READ_AT_ONCE);
      for (var each : read) {
        var wanted =
            kind == ReportKind.REPORT_KIND_UNSPECIFIED || kind == each.getReport().getKind();
        if (wanted && sees(caller, each) && found.size() <= size) {
          found.add(each);
        }
        from = after(each.getReport().getReportId());
      }
    } while (read.size() == READ_AT_ONCE && found.size() <= size);
    return found;
  }

  /* The first text that is greater, of those that ids may be. */
  private static String after(String id) {
    return id + " ";
  }

  private static boolean sees(Caller caller, GetReportResponse report) {
    return caller.administers(ReportAlert.subject(report));
  }
}

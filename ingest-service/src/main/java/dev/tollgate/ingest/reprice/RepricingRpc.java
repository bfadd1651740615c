package dev.tollgate.ingest.reprice;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.ingest.v1.CancelRepricingRequest;
import dev.tollgate.proto.ingest.v1.CancelRepricingResponse;
import dev.tollgate.proto.ingest.v1.ClosePeriodRequest;
import dev.tollgate.proto.ingest.v1.ClosePeriodResponse;
import dev.tollgate.proto.ingest.v1.GetClosedPeriodRequest;
import dev.tollgate.proto.ingest.v1.GetClosedPeriodResponse;
import dev.tollgate.proto.ingest.v1.GetRepricingRequest;
import dev.tollgate.proto.ingest.v1.GetRepricingResponse;
import dev.tollgate.proto.ingest.v1.ListRepricingsRequest;
import dev.tollgate.proto.ingest.v1.ListRepricingsResponse;
import dev.tollgate.proto.ingest.v1.Repricing;
import dev.tollgate.proto.ingest.v1.RepricingServiceGrpc.RepricingServiceImplBase;
import dev.tollgate.proto.ingest.v1.RepricingState;
import dev.tollgate.proto.ingest.v1.StartRepricingRequest;
import dev.tollgate.proto.ingest.v1.StartRepricingResponse;
import dev.tollgate.time.TimeSource;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.Map;

/// `RepricingService` on the wire. Blocks where it reads and writes.
final class RepricingRpc extends RepricingServiceImplBase {
  private static final int PAGE_MAX = 1_000;
  private static final int PAGE_DEFAULT = 100;
  private static final int ID_MAX = 63;

  private final StoredRepricings stored;
  private final ClosedPeriods closed;
  private final RepricingRunner runner;
  private final String logId;
  private final TimeSource time;

  RepricingRpc(
      StoredRepricings stored,
      ClosedPeriods closed,
      RepricingRunner runner,
      String logId,
      TimeSource time) {
    this.stored = stored;
    this.closed = closed;
    this.runner = runner;
    this.logId = logId;
    this.time = time;
  }

  @Override
  public void startRepricing(
      StartRepricingRequest request, StreamObserver<StartRepricingResponse> observer) {
    var fields = new Fields();
    var tenant = administered(fields, request.getAllTenants());
    var asked = RepricingForm.parse(fields, request, time.now(), logId);
    fields.check();
    var repricing = stored.create(tenant, asked, Caller.current().keyId());
    runner.wake();
    answer(observer, StartRepricingResponse.newBuilder().setRepricing(repricing).build());
  }

  @Override
  public void getRepricing(
      GetRepricingRequest request, StreamObserver<GetRepricingResponse> observer) {
    var tenant = administered();
    var id = id(request.getRepricingId());
    var repricing = stored.get(tenant, id);
    var live = runner.tally(tenant, id);
    if (live.isPresent() && StoredRepricings.isOpen(repricing)) {
      var asItIs =
          repricing.toBuilder()
              .setProgress(live.get().progress())
              .clearTotalDeltas()
              .addAllTotalDeltas(live.get().totals());
      var changes = StoredRepricings.changes(live.get());
      answer(observer, changes.toBuilder().setRepricing(asItIs).build());
    } else {
      var changes = stored.changes(tenant, id);
      answer(observer, changes.toBuilder().setRepricing(repricing).build());
    }
  }

  @Override
  public void listRepricings(
      ListRepricingsRequest request, StreamObserver<ListRepricingsResponse> observer) {
    var tenant = administered();
    var fields = new Fields();
    var size = (int) fields.count("page_size", request.getPageSize(), 0, PAGE_MAX);
    var after = request.getPageToken();
    if (after.length() > ID_MAX) {
      fields.rejectText("page_token", after, "next_page_token of the previous answer");
    }
    fields.check();
    var shown = size == 0 ? PAGE_DEFAULT : size;
    var page =
        stored.list(tenant).stream()
            .filter(repricing -> repricing.getRepricingId().compareTo(after) > 0)
            .limit(shown + 1L)
            .toList();
    var response = ListRepricingsResponse.newBuilder();
    page.stream().limit(shown).forEach(response::addRepricings);
    if (page.size() > shown) {
      response.setNextPageToken(page.get(shown - 1).getRepricingId());
    }
    answer(observer, response.build());
  }

  @Override
  public void cancelRepricing(
      CancelRepricingRequest request, StreamObserver<CancelRepricingResponse> observer) {
    var tenant = administered();
    var id = id(request.getRepricingId());
    var repricing = stored.update(tenant, id, Caller.current().keyId(), this::cancelled);
    runner.wake();
    answer(observer, CancelRepricingResponse.newBuilder().setRepricing(repricing).build());
  }

  private Repricing cancelled(Repricing repricing) {
    return switch (repricing.getState()) {
      case REPRICING_STATE_PENDING ->
          repricing.toBuilder()
              .setCancelRequested(true)
              .setState(RepricingState.REPRICING_STATE_CANCELLED)
              .setFinishTime(Times.timestamp(time.now()))
              .build();
      case REPRICING_STATE_RUNNING -> repricing.toBuilder().setCancelRequested(true).build();
      case REPRICING_STATE_DONE,
          REPRICING_STATE_FAILED,
          REPRICING_STATE_CANCELLED,
          REPRICING_STATE_UNSPECIFIED,
          UNRECOGNIZED ->
          repricing;
    };
  }

  @Override
  public void closePeriod(
      ClosePeriodRequest request, StreamObserver<ClosePeriodResponse> observer) {
    var fields = new Fields();
    var tenant = administered(fields, request.getAllTenants());
    var end = RepricingForm.closing(fields, request.hasEndTime(), request.getEndTime(), time.now());
    fields.check();
    var until = closed.close(tenant, end, Caller.current().keyId());
    answer(observer, ClosePeriodResponse.newBuilder().setEndTime(Times.timestamp(until)).build());
  }

  @Override
  public void getClosedPeriod(
      GetClosedPeriodRequest request, StreamObserver<GetClosedPeriodResponse> observer) {
    var until = closed.closedUntil(tenant());
    var response = GetClosedPeriodResponse.newBuilder();
    if (until.isAfter(Instant.EPOCH)) {
      response.setEndTime(Times.timestamp(until));
    }
    answer(observer, response.build());
  }

  /* The methods' scope is the installation, so that an operator need not name a tenant; all others
  must have one. */
  private static String tenant() {
    var caller = Caller.current();
    if (caller.tenant().isEmpty() && !caller.has(Role.ROLE_OPERATOR)) {
      throw required("The credential names no tenant");
    }
    return caller.tenant();
  }

  private static String administered() {
    var tenant = tenant();
    var pins = Caller.current().pins();
    if (!Caller.current().administers(Map.of())) {
      throw Failure.of(
          Reason.DIMENSION_FORBIDDEN,
          "The credential pins "
              + pins.keySet()
              + " (expected: nothing: prices and rules bind the tenant)");
    }
    return tenant;
  }

  private static String administered(Fields fields, boolean allTenants) {
    var tenant = administered();
    if (allTenants && !tenant.isEmpty()) {
      fields.reject("all_tenants", "true", "false where a tenant is named");
    }
    if (!allTenants && tenant.isEmpty()) {
      throw required("Name a tenant in the metadata tollgate-tenant, or set all_tenants");
    }
    return tenant;
  }

  private static Failure required(String message) {
    return Failure.of(Reason.TENANT_REQUIRED, message);
  }

  private static String id(String given) {
    var fields = new Fields();
    var id = fields.id("repricing_id", given);
    fields.check();
    return id;
  }

  private static <R> void answer(StreamObserver<R> observer, R response) {
    observer.onNext(response);
    observer.onCompleted();
  }
}

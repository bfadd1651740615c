package dev.tollgate.query.alert;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.alert.v1.AlertDelivery;
import dev.tollgate.proto.alert.v1.AlertServiceGrpc.AlertServiceImplBase;
import dev.tollgate.proto.alert.v1.DeleteAlertRouteRequest;
import dev.tollgate.proto.alert.v1.DeleteAlertRouteResponse;
import dev.tollgate.proto.alert.v1.DeliveryState;
import dev.tollgate.proto.alert.v1.ListAlertDeliveriesRequest;
import dev.tollgate.proto.alert.v1.ListAlertDeliveriesResponse;
import dev.tollgate.proto.alert.v1.ListAlertRoutesRequest;
import dev.tollgate.proto.alert.v1.ListAlertRoutesResponse;
import dev.tollgate.proto.alert.v1.PutAlertRouteRequest;
import dev.tollgate.proto.alert.v1.PutAlertRouteResponse;
import dev.tollgate.proto.alert.v1.RedriveAlertDeliveriesRequest;
import dev.tollgate.proto.alert.v1.RedriveAlertDeliveriesResponse;
import dev.tollgate.query.page.PageTokens;
import dev.tollgate.query.page.QuestionTokens;
import dev.tollgate.time.TimeSource;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// `AlertService` on the wire. Blocks.
public final class AlertRpc extends AlertServiceImplBase {
  private static final int READ_AT_ONCE = 1_000;
  private static final int PAGE_SIZE = 100;
  private static final int PAGE_SIZE_MAX = 1_000;
  private static final int REDRIVEN_MAX = 100;
  private static final int ID_MAX = 64;
  private static final int ROUTE_ID_MAX = 63;

  private final Routes routes;
  private final Deliveries deliveries;
  private final Reach reach;
  private final PageTokens tokens;
  private final TimeSource time;

  /// @param reach where routes may lead
  public AlertRpc(Alerts alerts, Reach reach, PageTokens tokens, TimeSource time) {
    this.routes = alerts.routes();
    this.deliveries = alerts.deliveries();
    this.reach = reach;
    this.tokens = tokens;
    this.time = time;
  }

  @Override
  public void putAlertRoute(
      PutAlertRouteRequest request, StreamObserver<PutAlertRouteResponse> observer) {
    var caller = unpinned();
    var id = request.getRoute().getRouteId();
    var former = routes.find(caller.tenant(), id);
    var route = RouteForm.read(request.getRoute(), former, reach);
    var written = routes.put(caller.tenant(), route, caller.keyId());
    observer.onNext(PutAlertRouteResponse.newBuilder().setRoute(Channels.shown(written)).build());
    observer.onCompleted();
  }

  @Override
  public void listAlertRoutes(
      ListAlertRoutesRequest request, StreamObserver<ListAlertRoutesResponse> observer) {
    var response = ListAlertRoutesResponse.newBuilder();
    routes.list(unpinned().tenant()).forEach(each -> response.addRoutes(Channels.shown(each)));
    observer.onNext(response.build());
    observer.onCompleted();
  }

  @Override
  public void deleteAlertRoute(
      DeleteAlertRouteRequest request, StreamObserver<DeleteAlertRouteResponse> observer) {
    var fields = new Fields();
    fields.id("route_id", request.getRouteId());
    var version = fields.count("version", request.getVersion(), 1, RouteForm.VERSION_MAX);
    fields.check();
    var caller = unpinned();
    routes.delete(caller.tenant(), request.getRouteId(), version, caller.keyId());
    observer.onNext(DeleteAlertRouteResponse.getDefaultInstance());
    observer.onCompleted();
  }

  @Override
  public void listAlertDeliveries(
      ListAlertDeliveriesRequest request, StreamObserver<ListAlertDeliveriesResponse> observer) {
    var fields = new Fields();
    fields.text("route_id", request.getRouteId(), 0, ROUTE_ID_MAX);
    fields.known("state", request.getState(), request.getStateValue());
    var size = (int) fields.count("page_size", request.getPageSize(), 0, PAGE_SIZE_MAX);
    fields.check();
    var caller = unpinned();
    var question = request.toBuilder().clearPageSize().clearPageToken().build();
    var sealed = QuestionTokens.of(tokens, caller, question);
    var after =
        sealed
            .open(request.getPageToken())
            .map(position -> new String(position, StandardCharsets.UTF_8))
            .orElse("");
    var found = found(caller.tenant(), request, after, size == 0 ? PAGE_SIZE : size);
    var response = ListAlertDeliveriesResponse.newBuilder();
    if (found.size() > (size == 0 ? PAGE_SIZE : size)) {
      found.removeLast();
      var last = found.getLast().getDeliveryId();
      response.setNextPageToken(sealed.seal(last.getBytes(StandardCharsets.UTF_8)));
    }
    observer.onNext(response.addAllDeliveries(found).build());
    observer.onCompleted();
  }

  /* One more than a page, where there is one. */
  private List<AlertDelivery> found(
      String tenant, ListAlertDeliveriesRequest request, String after, int size) {
    var found = new ArrayList<AlertDelivery>();
    List<AlertDelivery> read;
    var last = after;
    do {
      read = deliveries.list(tenant, last, READ_AT_ONCE);
      for (var each : read) {
        if (wants(request, each) && found.size() <= size) {
          found.add(each);
        }
        last = each.getDeliveryId();
      }
    } while (read.size() == READ_AT_ONCE && found.size() <= size);
    return found;
  }

  private static boolean wants(ListAlertDeliveriesRequest request, AlertDelivery delivery) {
    return (request.getRouteId().isEmpty() || request.getRouteId().equals(delivery.getRouteId()))
        && (request.getStateValue() == 0 || request.getState() == delivery.getState());
  }

  @Override
  public void redriveAlertDeliveries(
      RedriveAlertDeliveriesRequest request,
      StreamObserver<RedriveAlertDeliveriesResponse> observer) {
    var fields = new Fields();
    var ids = request.getDeliveryIdsList();
    fields.count("delivery_ids (size)", ids.size(), 1, REDRIVEN_MAX);
    var seen = new HashSet<String>();
    for (var i = 0; i < Math.min(ids.size(), REDRIVEN_MAX); i++) {
      var field = "delivery_ids[" + i + "]";
      if (!seen.add(fields.token(field, ids.get(i), ID_MAX))) {
        fields.rejectText(field, ids.get(i), "each once");
      }
    }
    fields.check();
    var caller = unpinned();
    var letters = ids.stream().map(id -> letter(caller.tenant(), id)).toList();
    for (var letter : letters) {
      var again =
          letter.delivery().toBuilder()
              .setState(DeliveryState.DELIVERY_STATE_PENDING)
              .setDueTime(Times.timestamp(time.now()))
              .setFirstDueTime(Times.timestamp(time.now()))
              .clearAttempts()
              .build();
      // Whoever was faster has redriven it.
      var _ = deliveries.put(letter, again, caller.keyId());
    }
    observer.onNext(RedriveAlertDeliveriesResponse.getDefaultInstance());
    observer.onCompleted();
  }

  private Deliveries.Stored letter(String tenant, String id) {
    return deliveries
        .find(tenant, id)
        .filter(each -> each.delivery().getState() == DeliveryState.DELIVERY_STATE_DEAD)
        .filter(each -> deliveries.isRecent(id, time.now()))
        .orElseThrow(() ->
            Failure.of(Reason.DEAD_LETTER_UNKNOWN, id + ": no dead letter waits with this id"));
  }

  private static Caller unpinned() {
    var caller = Caller.current();
    if (!caller.administers(Map.of())) {
      throw Failure.of(
          Reason.DIMENSION_FORBIDDEN,
          "alert routes are the whole tenant's (expected: a credential that pins nothing; this one"
              + " pins "
              + caller.pins()
              + ")");
    }
    return caller;
  }
}

package dev.tollgate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.testkit.Stores;
import dev.tollgate.time.TimeSource;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/// An ingest-service, and the ways by which exports reach it.
final class OtlpRig implements AutoCloseable {
  final String tenant;
  final ClickHouse clickHouse;
  private final Peers peers;
  private final IngestService service;
  private final ManagedChannel channel;
  private final HttpClient http = HttpClient.newHttpClient();

  /// @param pricing where it finds its price books; empty: where there are some
  private OtlpRig(Stores stores, Path dir, String pricing) throws IOException {
    tenant = stores.tenant() + "-" + Long.toString(TimeSource.SYSTEM.nanoTime(), 36);
    peers = Peers.start();
    var rig = new Rig(stores, peers, dir.resolve("log"));
    clickHouse = rig.clickHouse();
    var environment = new HashMap<>(rig.environment());
    if (!pricing.isEmpty()) {
      environment.put("TOLLGATE_INGEST_PRICING_TARGET", pricing);
    }
    service =
        IngestService.start(
            IngestSettings.from(environment), TimeSource.SYSTEM, new SecureRandom());
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", service.grpcPort()).usePlaintext().build();
  }

  static OtlpRig start(Stores stores, Path dir) throws IOException {
    var rig = new OtlpRig(stores, dir, "");
    Ready.await(rig.service.grpcPort());
    return rig;
  }

  static OtlpRig withoutPriceBook(Stores stores, Path dir) throws IOException {
    return new OtlpRig(stores, dir, "127.0.0.1:1");
  }

  int port(boolean isGrpc) {
    return isGrpc ? service.grpcPort() : service.httpPort();
  }

  TraceServiceGrpc.TraceServiceBlockingStub traces() {
    var headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer " + Rig.SERVICE_KEY);
    headers.put(Metadata.Key.of("tollgate-tenant", Metadata.ASCII_STRING_MARSHALLER), tenant);
    return TraceServiceGrpc.newBlockingStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  /// Sends the body compressed.
  HttpResponse<byte[]> post(String path, String contentType, byte[] body) throws Exception {
    var zipped = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(zipped)) {
      gzip.write(body);
    }
    return send(
        HttpRequest.newBuilder(uri(path))
            .header("authorization", "Bearer " + Rig.SERVICE_KEY)
            .header("tollgate-tenant", tenant)
            .header("content-type", contentType)
            .header("content-encoding", "gzip")
            .POST(HttpRequest.BodyPublishers.ofByteArray(zipped.toByteArray())));
  }

  HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  String get(String path) {
    try {
      var request = HttpRequest.newBuilder(uri(path)).GET().build();
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException | InterruptedException failure) {
      throw new AssertionError(failure);
    }
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + service.httpPort() + path);
  }

  /// How many records met this fate, as the service's own metrics say.
  long counted(String fate) {
    var name = "ingest_otlp_records_total{fate=\"" + fate + "\"} ";
    return get("/metrics")
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(name.length())))
        .sum();
  }

  /// What the tenant's rows say, shortly.
  List<String> rows() {
    return clickHouse.query(
        "SELECT charge_status, provider, model, agent, session, project, environment, team,"
            + " tags['shift'] AS shift, operation FROM usage_events"
            + " WHERE tenant_id = {tenant:String}",
        Map.of("tenant", tenant),
        row ->
            "%s %s %s agent=%s session=%s project=%s environment=%s team=%s shift=%s operation=%s"
                .formatted(
                    row.text("charge_status"),
                    row.text("provider"),
                    row.text("model"),
                    row.text("agent"),
                    row.text("session"),
                    row.text("project"),
                    row.text("environment"),
                    row.text("team"),
                    row.text("shift"),
                    row.text("operation")));
  }

  /// Waits until the ledger has so many events of [Events#COST_PICOS] each, and no more.
  void awaitStored(long events) {
    Await.until(
        events + " events in the ledger", () -> Rig.raw(clickHouse, tenant).events() >= events);
    assertThat(Rig.raw(clickHouse, tenant))
        .isEqualTo(new Rig.Totals(events, events * Events.COST_PICOS));
  }

  @Override
  public void close() {
    http.close();
    channel.shutdownNow();
    service.close();
    peers.close();
    clickHouse.close();
  }
}

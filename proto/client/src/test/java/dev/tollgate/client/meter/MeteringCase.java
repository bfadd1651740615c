package dev.tollgate.client.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Timestamp;
import dev.tollgate.client.FakeIngest;
import dev.tollgate.client.FakeServer;
import dev.tollgate.client.TollgateClient;
import dev.tollgate.client.TollgateException;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.proto.quota.v1.CheckQuotaResponse;
import dev.tollgate.secret.Secret;
import dev.tollgate.time.FakeTime;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.NullMarked;

/// Metering between a quota and an ingest that a test makes up.
@NullMarked
abstract class MeteringCase {
  static final Secret KEY = new Secret("tg_caller_secret");
  static final Instant NOW = Instant.parse("2026-08-01T12:00:00.25Z");
  static final Duration SOON = Duration.ofMillis(100);

  /// A limit that a busy machine keeps.
  static final MeteringSettings PATIENT =
      MeteringSettings.DEFAULT.withLimit(Duration.ofSeconds(30));

  static final ModelCall CALL =
      ModelCall.of(Dimensions.newBuilder().setProvider("openai").setModel("gpt-4o").build())
          .withInputTokens(1_000)
          .withMaxOutputTokens(500);

  final FakeTime time = new FakeTime(NOW);
  final FakeIngest ingest = new FakeIngest(_ -> FakeIngest.Fate.SERVED);

  /// What a test does with metering.
  interface Use {
    void with(Metering metering) throws Exception;
  }

  final void assertFails(FakeQuota quota, String reason) throws Exception {
    with(
        quota,
        PATIENT.withWhenAway(WhenAway.ALLOW),
        MeteringListener.NONE,
        metering -> {
          var thrown = catchThrowableOfType(TollgateException.class, () -> metering.begin(CALL));
          assertThat(thrown.reason()).isEqualTo(reason);
        });
    assertThat(ingest.requests).isEmpty();
  }

  final UsageEvent eventOf(FakeQuota quota, MeteringSettings settings, Use use) throws Exception {
    with(quota, settings, MeteringListener.NONE, use);
    assertThat(ingest.events()).hasSize(1);
    return ingest.events().getFirst();
  }

  final void with(FakeQuota quota, MeteringSettings settings, MeteringListener listener, Use use)
      throws Exception {
    try (var server = new FakeServer(0, quota, ingest);
        var client = TollgateClient.connect(server.endpoints(), KEY);
        var metering = Metering.open(client, settings, listener, time, new Random(1))) {
      use.with(metering);
    }
  }

  /// Allows every check, each when the test runs what it queued.
  static FakeQuota slow(BlockingQueue<Runnable> held) {
    return new FakeQuota(
        (request, answer) -> held.add(() -> allow(answer, FakeQuota.allowed(request))));
  }

  static void allow(StreamObserver<CheckQuotaResponse> observer, CheckQuotaResponse answer) {
    FakeQuota.answer(observer, answer);
  }

  static <E extends Exception> ModelAnswer<String> failing(E failure) throws E {
    throw failure;
  }

  /// How many extensions come from now on, of which one may have been under way.
  static int extensionsSoon(FakeQuota quota) throws InterruptedException {
    quota.extensions.clear();
    var count = 0;
    for (var look = 0; look < 4; look++) {
      count += quota.extensions.poll(100, TimeUnit.MILLISECONDS) == null ? 0 : 1;
    }
    return count;
  }

  static <T> T take(BlockingQueue<T> queue) throws InterruptedException {
    return Objects.requireNonNull(queue.poll(30, TimeUnit.SECONDS), "nothing came");
  }

  static void await(BooleanSupplier condition) {
    var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  static Usage usage(long input, long output) {
    return Usage.newBuilder().putBuckets("input", input).putBuckets("output", output).build();
  }

  static com.google.protobuf.Duration wire(long millis) {
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(millis / 1_000)
        .setNanos((int) (millis % 1_000) * 1_000_000)
        .build();
  }

  static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  static URI uri(FakeServer server) {
    return server.endpoints().ingest();
  }

  /// Where nobody listens.
  static URI nowhere() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }
  }
}

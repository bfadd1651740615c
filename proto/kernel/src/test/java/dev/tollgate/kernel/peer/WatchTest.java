package dev.tollgate.kernel.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.proto.pricing.v1.PricingServiceGrpc;
import dev.tollgate.proto.pricing.v1.PricingServiceGrpc.PricingServiceImplBase;
import dev.tollgate.proto.pricing.v1.WatchPriceBooksRequest;
import dev.tollgate.proto.pricing.v1.WatchPriceBooksResponse;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WatchTest {
  /// Sends its number, then breaks off.
  private static final class Breaking extends PricingServiceImplBase {
    private final AtomicInteger streams = new AtomicInteger();

    @Override
    public void watchPriceBooks(
        WatchPriceBooksRequest request, StreamObserver<WatchPriceBooksResponse> observer) {
      var number = streams.incrementAndGet();
      observer.onNext(WatchPriceBooksResponse.newBuilder().setVersion(number).build());
      observer.onError(new IllegalStateException("broken"));
    }
  }

  @Test
  void watch_streamBreaks_isOpenedAgain() throws Exception {
    var name = InProcessServerBuilder.generateName();
    var server = InProcessServerBuilder.forName(name).addService(new Breaking()).build().start();
    var channel = InProcessChannelBuilder.forName(name).build();
    var versions = new LinkedBlockingQueue<Long>();
    try (var _ =
        Watch.open(
            channel,
            PricingServiceGrpc.getWatchPriceBooksMethod(),
            WatchPriceBooksRequest.getDefaultInstance(),
            (WatchPriceBooksResponse response) -> {
              versions.add(response.getVersion());
              if (response.getVersion() == 2) {
                throw new IllegalStateException("the sink breaks too");
              }
            })) {
      for (long expected = 1; expected <= 4; expected++) {
        assertThat(versions.poll(10, TimeUnit.SECONDS)).isEqualTo(expected);
      }
    } finally {
      channel.shutdownNow();
      server.shutdownNow();
    }
  }
}

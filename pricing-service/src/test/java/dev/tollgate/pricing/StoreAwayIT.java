package dev.tollgate.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.embedded.EmbeddedClickHouse;
import dev.tollgate.proto.pricing.v1.ListPricesRequest;
import dev.tollgate.proto.pricing.v1.PricingServiceGrpc;
import dev.tollgate.proto.pricing.v1.WatchPriceBooksRequest;
import dev.tollgate.testkit.Stores;
import dev.tollgate.time.TimeSource;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The service while its store is away, with a store of its own to stop.
@NullMarked
class StoreAwayIT {
  private static final String OPERATOR_KEY = "tg_bbbbbbbbbbbbbbbb_0123456789012345678901234567";

  @Test
  void storeAway_knownBooks_areServedOn(@TempDir Path directory) throws Exception {
    var clickHouse = EmbeddedClickHouse.start(directory, Stores.clickHouseLibrary(), new Random(1));
    try (clickHouse;
        var service =
            PricingService.start(settings(clickHouse), TimeSource.SYSTEM, new Random(2))) {
      clickHouse.close();
      var channel =
          NettyChannelBuilder.forAddress("127.0.0.1", service.grpcPort()).usePlaintext().build();
      try {
        var stub =
            PricingServiceGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers()))
                .withDeadlineAfter(20, TimeUnit.SECONDS);

        var book = stub.watchPriceBooks(WatchPriceBooksRequest.getDefaultInstance()).next();
        var prices = stub.listPrices(ListPricesRequest.newBuilder().setModel("o3").build());

        assertThat(book.getVersion()).isEqualTo(1);
        assertThat(prices.getPriceBookVersion()).isEqualTo("default@1");
        assertThat(prices.getPricesList()).isNotEmpty();
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private static Metadata headers() {
    var headers = new Metadata();
    headers.put(key("authorization"), "Bearer " + OPERATOR_KEY);
    headers.put(key("tollgate-tenant"), "somebody");
    return headers;
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  private static PricingSettings settings(EmbeddedClickHouse clickHouse) {
    return PricingSettings.from(
        Map.of(
            "TOLLGATE_PRICING_HOST",
            "127.0.0.1",
            "TOLLGATE_PRICING_GRPC_PORT",
            "0",
            "TOLLGATE_PRICING_HTTP_PORT",
            "0",
            "TOLLGATE_PRICING_AUTH_OPERATOR_KEY",
            OPERATOR_KEY,
            "TOLLGATE_PRICING_CLICKHOUSE_URL",
            clickHouse.url().toString(),
            "TOLLGATE_PRICING_CLICKHOUSE_USER",
            clickHouse.user(),
            "TOLLGATE_PRICING_CLICKHOUSE_PASSWORD",
            clickHouse.password().reveal(),
            "TOLLGATE_PRICING_POLL",
            "PT0.05S"));
  }
}

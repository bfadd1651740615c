package dev.tollgate.load.check;

import com.google.protobuf.ByteString;
import dev.tollgate.proto.pricing.v1.PricingServiceGrpc.PricingServiceImplBase;
import dev.tollgate.proto.pricing.v1.WatchPriceBooksRequest;
import dev.tollgate.proto.pricing.v1.WatchPriceBooksResponse;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/// As much of pricing-service as a check needs: one book with one model, published once.
final class OneBook extends PricingServiceImplBase implements AutoCloseable {
  static final String PROVIDER = "openai";
  static final String MODEL = "gpt-4o";
  private static final String BOOK =
      """
      {"id": "default", "version": 1, "currency": "USD", "models": [
        {"provider": "openai", "model": "gpt-4o", "prices": [
          {"id": "in", "bucket": "input", "amount": "2.5", "unit_quantity": 1000000, "source": "b"},
          {"id": "out", "bucket": "output", "amount": "10", "unit_quantity": 1000000, "source": "b"}
        ]}]}
      """;

  private final Server server;

  OneBook() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(this)
            .permitKeepAliveTime(10, TimeUnit.SECONDS)
            .build()
            .start();
  }

  String target() {
    return "127.0.0.1:" + server.getPort();
  }

  @Override
  public void watchPriceBooks(
      WatchPriceBooksRequest request, StreamObserver<WatchPriceBooksResponse> observer) {
    observer.onNext(
        WatchPriceBooksResponse.newBuilder()
            .setPriceBookId("default")
            .setVersion(1)
            .setContent(ByteString.copyFromUtf8(BOOK))
            .build());
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}

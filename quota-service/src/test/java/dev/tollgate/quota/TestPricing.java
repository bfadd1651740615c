package dev.tollgate.quota;

import com.google.protobuf.ByteString;
import dev.tollgate.proto.pricing.v1.PricingServiceGrpc.PricingServiceImplBase;
import dev.tollgate.proto.pricing.v1.WatchPriceBooksRequest;
import dev.tollgate.proto.pricing.v1.WatchPriceBooksResponse;
import dev.tollgate.quota.price.TestBooks;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/// As much of pricing-service as quota-service uses: it publishes one book, over real gRPC.
public final class TestPricing extends PricingServiceImplBase implements AutoCloseable {
  private final Server server;

  public TestPricing() {
    try {
      server =
          NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .addService(this)
              .permitKeepAliveTime(10, TimeUnit.SECONDS)
              .build()
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String target() {
    return "127.0.0.1:" + server.getPort();
  }

  @Override
  public void watchPriceBooks(
      WatchPriceBooksRequest request, StreamObserver<WatchPriceBooksResponse> observer) {
    observer.onNext(
        WatchPriceBooksResponse.newBuilder()
            .setPriceBookId("default")
            .setVersion(1)
            .setContent(ByteString.copyFrom(TestBooks.book(1).print()))
            .build());
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}

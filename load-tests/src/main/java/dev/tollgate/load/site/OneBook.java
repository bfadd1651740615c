package dev.tollgate.load.site;

import com.google.protobuf.ByteString;
import dev.tollgate.pricing.ship.DefaultBook;
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

/// As much of pricing-service as a call needs: the book that this release ships, published once.
public final class OneBook extends PricingServiceImplBase implements AutoCloseable {
  public static final String PROVIDER = "openai";
  public static final String MODEL = "gpt-4o";

  private final Server server;

  public OneBook() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(this)
            .permitKeepAliveTime(10, TimeUnit.SECONDS)
            .build()
            .start();
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
            .setContent(ByteString.copyFrom(DefaultBook.bytes()))
            .build());
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}

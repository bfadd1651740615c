package dev.tollgate.query.alert;

import com.google.protobuf.ByteString;
import dev.tollgate.proto.pricing.v1.PricingServiceGrpc.PricingServiceImplBase;
import dev.tollgate.proto.pricing.v1.WatchPriceBooksRequest;
import dev.tollgate.proto.pricing.v1.WatchPriceBooksResponse;
import dev.tollgate.query.compare.TestBook;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.NullMarked;

/// pricing-service as far as its book goes, which never changes.
@NullMarked
final class Prices extends PricingServiceImplBase {
  @Override
  public void watchPriceBooks(
      WatchPriceBooksRequest request, StreamObserver<WatchPriceBooksResponse> observer) {
    observer.onNext(
        WatchPriceBooksResponse.newBuilder()
            .setPriceBookId("default")
            .setVersion(3)
            .setContent(ByteString.copyFrom(TestBook.book().print()))
            .build());
  }
}

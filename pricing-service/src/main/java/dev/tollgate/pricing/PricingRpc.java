package dev.tollgate.pricing;

import dev.tollgate.pricing.list.ListPricesRpc;
import dev.tollgate.pricing.watch.WatchPriceBooksRpc;
import dev.tollgate.proto.pricing.v1.ListPricesRequest;
import dev.tollgate.proto.pricing.v1.ListPricesResponse;
import dev.tollgate.proto.pricing.v1.PricingServiceGrpc.PricingServiceImplBase;
import dev.tollgate.proto.pricing.v1.WatchPriceBooksRequest;
import dev.tollgate.proto.pricing.v1.WatchPriceBooksResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/// The pricing service's methods, each answered by its own class.
final class PricingRpc extends PricingServiceImplBase {
  private final ListPricesRpc list;
  private final WatchPriceBooksRpc watch;

  PricingRpc(ListPricesRpc list, WatchPriceBooksRpc watch) {
    this.list = list;
    this.watch = watch;
  }

  @Override
  public void listPrices(ListPricesRequest request, StreamObserver<ListPricesResponse> answer) {
    answer.onNext(list.answer(request));
    answer.onCompleted();
  }

  @Override
  public void watchPriceBooks(
      WatchPriceBooksRequest request, StreamObserver<WatchPriceBooksResponse> answer) {
    watch.open((ServerCallStreamObserver<WatchPriceBooksResponse>) answer);
  }
}

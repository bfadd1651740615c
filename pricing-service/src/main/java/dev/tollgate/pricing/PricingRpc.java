package dev.tollgate.pricing;

import dev.tollgate.pricing.draft.CreateDraftRpc;
import dev.tollgate.pricing.draft.DeleteDraftRpc;
import dev.tollgate.pricing.draft.Desk;
import dev.tollgate.pricing.draft.GetDraftRpc;
import dev.tollgate.pricing.draft.ImportPricesRpc;
import dev.tollgate.pricing.draft.ListDraftsRpc;
import dev.tollgate.pricing.draft.PublishDraftRpc;
import dev.tollgate.pricing.draft.ReleaseQuarantinedRpc;
import dev.tollgate.pricing.draft.UpdateDraftRpc;
import dev.tollgate.pricing.draft.ValidateDraftRpc;
import dev.tollgate.pricing.list.GetPriceBookRpc;
import dev.tollgate.pricing.list.ListPriceBooksRpc;
import dev.tollgate.pricing.list.ListPricesRpc;
import dev.tollgate.pricing.publish.Visibility;
import dev.tollgate.pricing.quote.QuoteRpc;
import dev.tollgate.pricing.rate.RateRpc;
import dev.tollgate.pricing.resolve.ResolveModelRpc;
import dev.tollgate.pricing.watch.WatchPriceBooksRpc;
import dev.tollgate.proto.pricing.v1.CreateDraftRequest;
import dev.tollgate.proto.pricing.v1.CreateDraftResponse;
import dev.tollgate.proto.pricing.v1.DeleteDraftRequest;
import dev.tollgate.proto.pricing.v1.DeleteDraftResponse;
import dev.tollgate.proto.pricing.v1.GetDraftRequest;
import dev.tollgate.proto.pricing.v1.GetDraftResponse;
import dev.tollgate.proto.pricing.v1.GetPriceBookRequest;
import dev.tollgate.proto.pricing.v1.GetPriceBookResponse;
import dev.tollgate.proto.pricing.v1.ImportPricesRequest;
import dev.tollgate.proto.pricing.v1.ImportPricesResponse;
import dev.tollgate.proto.pricing.v1.ListDraftsRequest;
import dev.tollgate.proto.pricing.v1.ListDraftsResponse;
import dev.tollgate.proto.pricing.v1.ListPriceBooksRequest;
import dev.tollgate.proto.pricing.v1.ListPriceBooksResponse;
import dev.tollgate.proto.pricing.v1.ListPricesRequest;
import dev.tollgate.proto.pricing.v1.ListPricesResponse;
import dev.tollgate.proto.pricing.v1.PricingServiceGrpc.PricingServiceImplBase;
import dev.tollgate.proto.pricing.v1.PublishDraftRequest;
import dev.tollgate.proto.pricing.v1.PublishDraftResponse;
import dev.tollgate.proto.pricing.v1.QuoteRequest;
import dev.tollgate.proto.pricing.v1.QuoteResponse;
import dev.tollgate.proto.pricing.v1.RateRequest;
import dev.tollgate.proto.pricing.v1.RateResponse;
import dev.tollgate.proto.pricing.v1.ReleaseQuarantinedRequest;
import dev.tollgate.proto.pricing.v1.ReleaseQuarantinedResponse;
import dev.tollgate.proto.pricing.v1.ResolveModelRequest;
import dev.tollgate.proto.pricing.v1.ResolveModelResponse;
import dev.tollgate.proto.pricing.v1.UpdateDraftRequest;
import dev.tollgate.proto.pricing.v1.UpdateDraftResponse;
import dev.tollgate.proto.pricing.v1.ValidateDraftRequest;
import dev.tollgate.proto.pricing.v1.ValidateDraftResponse;
import dev.tollgate.proto.pricing.v1.WatchPriceBooksRequest;
import dev.tollgate.proto.pricing.v1.WatchPriceBooksResponse;
import dev.tollgate.rating.extract.Profiles;
import dev.tollgate.time.TimeSource;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.function.Function;

/// The pricing service's methods, each answered by its own class.
final class PricingRpc extends PricingServiceImplBase {
  private final ListPricesRpc listPrices;
  private final QuoteRpc quote;
  private final RateRpc rate;
  private final ResolveModelRpc resolveModel;
  private final ListPriceBooksRpc listPriceBooks;
  private final GetPriceBookRpc getPriceBook;
  private final ImportPricesRpc importPrices;
  private final CreateDraftRpc createDraft;
  private final UpdateDraftRpc updateDraft;
  private final GetDraftRpc getDraft;
  private final ListDraftsRpc listDrafts;
  private final DeleteDraftRpc deleteDraft;
  private final ValidateDraftRpc validateDraft;
  private final ReleaseQuarantinedRpc releaseQuarantined;
  private final PublishDraftRpc publishDraft;
  private final WatchPriceBooksRpc watch;

  PricingRpc(Visibility visibility, Desk desk, WatchPriceBooksRpc watch, TimeSource time) {
    this.listPrices = new ListPricesRpc(visibility);
    this.quote = new QuoteRpc(visibility, time);
    this.rate = new RateRpc(visibility, Profiles.shipped(), time);
    this.resolveModel = new ResolveModelRpc(visibility, time);
    this.listPriceBooks = new ListPriceBooksRpc(visibility);
    this.getPriceBook = new GetPriceBookRpc(visibility);
    this.importPrices = new ImportPricesRpc(desk, visibility, time);
    this.createDraft = new CreateDraftRpc(desk);
    this.updateDraft = new UpdateDraftRpc(desk);
    this.getDraft = new GetDraftRpc(desk);
    this.listDrafts = new ListDraftsRpc(desk);
    this.deleteDraft = new DeleteDraftRpc(desk);
    this.validateDraft = new ValidateDraftRpc(desk);
    this.releaseQuarantined = new ReleaseQuarantinedRpc(desk);
    this.publishDraft = new PublishDraftRpc(desk);
    this.watch = watch;
  }

  private static <Q, R> void answer(Q request, Function<Q, R> method, StreamObserver<R> observer) {
    observer.onNext(method.apply(request));
    observer.onCompleted();
  }

  @Override
  public void listPrices(ListPricesRequest request, StreamObserver<ListPricesResponse> observer) {
    answer(request, listPrices::answer, observer);
  }

  @Override
  public void quote(QuoteRequest request, StreamObserver<QuoteResponse> observer) {
    answer(request, quote::answer, observer);
  }

  @Override
  public void rate(RateRequest request, StreamObserver<RateResponse> observer) {
    answer(request, rate::answer, observer);
  }

  @Override
  public void resolveModel(
      ResolveModelRequest request, StreamObserver<ResolveModelResponse> observer) {
    answer(request, resolveModel::answer, observer);
  }

  @Override
  public void listPriceBooks(
      ListPriceBooksRequest request, StreamObserver<ListPriceBooksResponse> observer) {
    answer(request, listPriceBooks::answer, observer);
  }

  @Override
  public void getPriceBook(
      GetPriceBookRequest request, StreamObserver<GetPriceBookResponse> observer) {
    answer(request, getPriceBook::answer, observer);
  }

  @Override
  public void importPrices(
      ImportPricesRequest request, StreamObserver<ImportPricesResponse> observer) {
    answer(request, importPrices::answer, observer);
  }

  @Override
  public void createDraft(
      CreateDraftRequest request, StreamObserver<CreateDraftResponse> observer) {
    answer(request, createDraft::answer, observer);
  }

  @Override
  public void updateDraft(
      UpdateDraftRequest request, StreamObserver<UpdateDraftResponse> observer) {
    answer(request, updateDraft::answer, observer);
  }

  @Override
  public void getDraft(GetDraftRequest request, StreamObserver<GetDraftResponse> observer) {
    answer(request, getDraft::answer, observer);
  }

  @Override
  public void listDrafts(ListDraftsRequest request, StreamObserver<ListDraftsResponse> observer) {
    answer(request, listDrafts::answer, observer);
  }

  @Override
  public void deleteDraft(
      DeleteDraftRequest request, StreamObserver<DeleteDraftResponse> observer) {
    answer(request, deleteDraft::answer, observer);
  }

  @Override
  public void validateDraft(
      ValidateDraftRequest request, StreamObserver<ValidateDraftResponse> observer) {
    answer(request, validateDraft::answer, observer);
  }

  @Override
  public void releaseQuarantined(
      ReleaseQuarantinedRequest request, StreamObserver<ReleaseQuarantinedResponse> observer) {
    answer(request, releaseQuarantined::answer, observer);
  }

  @Override
  public void publishDraft(
      PublishDraftRequest request, StreamObserver<PublishDraftResponse> observer) {
    answer(request, publishDraft::answer, observer);
  }

  @Override
  public void watchPriceBooks(
      WatchPriceBooksRequest request, StreamObserver<WatchPriceBooksResponse> observer) {
    watch.open(request, (ServerCallStreamObserver<WatchPriceBooksResponse>) observer);
  }
}

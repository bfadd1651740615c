package dev.tollgate.pricing;

import static dev.tollgate.pricing.TestBooks.price;
import static dev.tollgate.pricing.TestBooks.text;
import static dev.tollgate.pricing.TestPricing.OPERATOR;
import static dev.tollgate.pricing.TestPricing.SERVICE;
import static dev.tollgate.pricing.TestPricing.assertReason;
import static dev.tollgate.pricing.TestPricing.await;
import static dev.tollgate.pricing.TestPricing.createDraft;
import static dev.tollgate.pricing.TestPricing.publish;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.failure.Reason;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.pricing.v1.CreateDraftRequest;
import dev.tollgate.proto.pricing.v1.DeleteDraftRequest;
import dev.tollgate.proto.pricing.v1.GetDraftRequest;
import dev.tollgate.proto.pricing.v1.GetPriceBookRequest;
import dev.tollgate.proto.pricing.v1.ListDraftsRequest;
import dev.tollgate.proto.pricing.v1.ListPriceBooksRequest;
import dev.tollgate.proto.pricing.v1.ListPricesRequest;
import dev.tollgate.proto.pricing.v1.PriceBookVersion;
import dev.tollgate.proto.pricing.v1.PricingServiceGrpc.PricingServiceBlockingStub;
import dev.tollgate.proto.pricing.v1.PublishDraftRequest;
import dev.tollgate.proto.pricing.v1.QuoteRequest;
import dev.tollgate.proto.pricing.v1.RateRequest;
import dev.tollgate.proto.pricing.v1.RateResponse;
import dev.tollgate.proto.pricing.v1.ReleaseQuarantinedRequest;
import dev.tollgate.proto.pricing.v1.ResolveModelRequest;
import dev.tollgate.proto.pricing.v1.UpdateDraftRequest;
import dev.tollgate.proto.pricing.v1.ValidateDraftRequest;
import dev.tollgate.proto.pricing.v1.WatchPriceBooksRequest;
import dev.tollgate.proto.pricing.v1.WatchPriceBooksResponse;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What a contract changes, for whom, and who may see and change it; on a real store.
@NullMarked
@ExtendWith(StoresExtension.class)
class ContractIT {
  private static final int WAIT_SECONDS = 30;

  /// Where it stands in `draftMethods`; it alone needs no id.
  private static final int LIST_DRAFTS = 3;

  private final TestPricing pricing;
  private final PricingService service;
  private final PricingServiceBlockingStub acme;
  private final PricingServiceBlockingStub globex;
  private final PricingServiceBlockingStub operator;
  private final PricingServiceBlockingStub reader;
  private final PricingServiceBlockingStub pinned;

  ContractIT(Stores stores) {
    pricing = new TestPricing(stores);
    var acmeKey = pricing.key("acme", Role.ROLE_ADMIN, Map.of());
    var globexKey = pricing.key("globex", Role.ROLE_ADMIN, Map.of());
    var readerKey = pricing.key("acme", Role.ROLE_READER, Map.of());
    var pinnedKey = pricing.key("acme", Role.ROLE_ADMIN, Map.of("team", "search"));
    service = pricing.start();
    acme = pricing.as(service, acmeKey);
    globex = pricing.as(service, globexKey);
    reader = pricing.as(service, readerKey);
    pinned = pricing.as(service, pinnedKey);
    operator = pricing.as(service, OPERATOR);
  }

  @AfterEach
  void close() {
    pricing.close();
  }

  private void publishAcme(String amount) {
    var draft = createDraft(acme, "c-" + amount.replace('.', '-'), acmeText(amount));
    publish(acme, draft);
  }

  private static String acmeText(String amount) {
    return text("acme", "default", price("input", amount));
  }

  private static RateResponse rate(PricingServiceBlockingStub client, String ref) {
    return client.rate(
        RateRequest.newBuilder()
            .setProvider("openai")
            .setModel("gpt-4o")
            .setUsage(Usage.newBuilder().putBuckets("input", 1_000_000).putBuckets("output", 10))
            .setPriceBookVersion(ref)
            .build());
  }

  @Test
  void contract_changesItsTenantsAnswers_andNobodyElses() {
    var before = rate(globex, "");
    publishAcme("1.25");

    var ours = rate(acme, "");
    assertThat(ours.getPriceBookVersion()).isEqualTo("acme@1+default@1");
    assertThat(ours.getCost().getAmount()).isEqualTo("1.250100000000");
    assertThat(ours.getListCost().getAmount()).isEqualTo("2.500100000000");
    assertThat(ours.getLines(0).getPriceBookVersion()).isEqualTo("acme@1");
    assertThat(ours.getLines(1).getPriceBookVersion()).isEqualTo("default@1");
    assertThat(rate(globex, "")).isEqualTo(before);
    assertThat(before.getCost().getAmount()).isEqualTo("2.500100000000");

    assertThat(ceiling(acme)).isEqualTo("1.250000000000");
    assertThat(ceiling(globex)).isEqualTo("2.500000000000");
    var list = ListPricesRequest.newBuilder().setProvider("openai").setModel("gpt-4o").build();
    assertThat(acme.listPrices(list).getPricesList())
        .extracting(each -> each.getPriceBookVersion())
        .startsWith("acme@1")
        .contains("default@1");
    assertThat(globex.listPrices(list).getPricesList())
        .extracting(each -> each.getPriceBookVersion())
        .containsOnly("default@1");
    var resolve = ResolveModelRequest.newBuilder().setProvider("openai").setModel("gpt-4o").build();
    assertThat(acme.resolveModel(resolve).getPriceBookVersion()).isEqualTo("acme@1+default@1");
    assertThat(globex.resolveModel(resolve).getPriceBookVersion()).isEqualTo("default@1");
  }

  /* No input is cached where the contract prices none of it: its price is the dearest there. */
  private static String ceiling(PricingServiceBlockingStub client) {
    return client
        .quote(
            QuoteRequest.newBuilder()
                .setProvider("openai")
                .setModel("gpt-4o")
                .setInputTokens(1_000_000)
                .build())
        .getCeiling()
        .getAmount();
  }

  @Test
  void contract_ofAnother_isUnknownByEveryName() {
    publishAcme("1.25");
    publishAcme("1.3");
    var book = GetPriceBookRequest.newBuilder().setPriceBookId("acme").build();

    assertReason(Reason.PRICE_BOOK_UNKNOWN, () -> globex.getPriceBook(book));
    assertReason(Reason.PRICE_BOOK_UNKNOWN, () -> operator.getPriceBook(book));
    for (var ref : List.of("acme@1+default@1", "acme@2", "default@1+acme@1", "default@9", "+")) {
      assertReason(Reason.PRICE_BOOK_UNKNOWN, () -> rate(globex, ref));
    }
    assertReason(
        Reason.PRICE_BOOK_UNKNOWN,
        () -> globex.listPrices(ListPricesRequest.newBuilder().setPriceBookId("acme").build()));
    assertThat(
            globex.listPriceBooks(ListPriceBooksRequest.getDefaultInstance()).getPriceBooksList())
        .extracting(PriceBookVersion::getPriceBookId)
        .containsExactly("default");
    assertThat(
            reader
                .listPriceBooks(ListPriceBooksRequest.newBuilder().setPageSize(2).build())
                .getPriceBooksList())
        .extracting(each -> each.getPriceBookId() + "@" + each.getVersion() + each.getTenantId())
        .containsExactly("acme@1acme", "acme@2acme");
    assertThat(rate(acme, "acme@1+default@1").getCost().getAmount()).startsWith("1.2501");
    assertThat(reader.getPriceBook(book).getPriceBook().getVersion()).isEqualTo(2);
  }

  @Test
  void pageToken_ofAnothersList_showsNothing() {
    publishAcme("1.25");
    var first = ListPricesRequest.newBuilder().setPageSize(1).build();
    var token = acme.listPrices(first).getNextPageToken();

    assertReason(
        Reason.PRICE_BOOK_UNKNOWN,
        () -> globex.listPrices(first.toBuilder().setPageToken(token).build()));
  }

  @Test
  void draft_ofAnotherTenant_isUnknown() {
    var draft = createDraft(acme, "mine", acmeText("1"));

    assertReason(
        Reason.DRAFT_UNKNOWN,
        () -> globex.getDraft(GetDraftRequest.newBuilder().setDraftId("mine").build()));
    assertReason(Reason.DRAFT_UNKNOWN, () -> publish(globex, draft));
    assertReason(Reason.DRAFT_UNKNOWN, () -> publish(operator, draft));
    assertThat(globex.listDrafts(ListDraftsRequest.getDefaultInstance()).getDraftsList()).isEmpty();
    assertThat(publish(pricing.as(service, OPERATOR, "acme"), draft).getTenantId())
        .isEqualTo("acme");
  }

  @Test
  void draft_ofABookThatIsNotTheTenants_isRefused() {
    for (var id : List.of("default", "globex", "umbrella")) {
      assertThat(
              assertReason(
                  Reason.FIELD_INVALID,
                  () -> createDraft(acme, "x", text(id, "d" + id, price("input", "1")))))
          .contains("content: book: id: " + id + " (expected: the tenant's, acme)");
    }
    publishAcme("1.25");
    assertThat(
            assertReason(Reason.FIELD_INVALID, () -> createDraft(operator, "x", acmeText("1.25"))))
        .contains("not the id of another owner's book");
  }

  @Test
  void everyDraftMethod_forRolesThatMayNot_isForbidden() {
    for (var call : draftMethods(reader)) {
      assertReason(Reason.ROLE_FORBIDDEN, call);
    }
    for (var call : draftMethods(pricing.as(service, SERVICE, "acme"))) {
      assertReason(Reason.ROLE_FORBIDDEN, call);
    }
    for (var call : draftMethods(pinned)) {
      assertReason(Reason.DIMENSION_FORBIDDEN, call);
    }
    var service0 = pricing.as(service, SERVICE);
    assertReason(
        Reason.TENANT_REQUIRED,
        () -> service0.listPriceBooks(ListPriceBooksRequest.getDefaultInstance()));
    assertReason(
        Reason.TENANT_REQUIRED,
        () ->
            service0.getPriceBook(
                GetPriceBookRequest.newBuilder().setPriceBookId("default").build()));
    assertReason(Reason.TENANT_REQUIRED, () -> rate(service0, ""));
    assertReason(
        Reason.ROLE_FORBIDDEN,
        () -> acme.watchPriceBooks(WatchPriceBooksRequest.getDefaultInstance()).next());
  }

  private static List<Runnable> draftMethods(PricingServiceBlockingStub client) {
    return List.of(
        () -> client.createDraft(CreateDraftRequest.getDefaultInstance()),
        () -> client.updateDraft(UpdateDraftRequest.getDefaultInstance()),
        () -> client.getDraft(GetDraftRequest.getDefaultInstance()),
        () -> client.listDrafts(ListDraftsRequest.getDefaultInstance()),
        () -> client.deleteDraft(DeleteDraftRequest.getDefaultInstance()),
        () -> client.validateDraft(ValidateDraftRequest.getDefaultInstance()),
        () -> client.releaseQuarantined(ReleaseQuarantinedRequest.getDefaultInstance()),
        () -> client.publishDraft(PublishDraftRequest.getDefaultInstance()));
  }

  @Test
  void everyDraftMethod_withoutItsFields_namesThem() {
    var calls = new ArrayList<>(draftMethods(acme));
    calls.remove(LIST_DRAFTS);
    for (var call : calls) {
      assertThat(assertReason(Reason.FIELD_INVALID, call)).contains("draft_id");
    }
    assertThat(
            assertReason(
                Reason.FIELD_INVALID,
                () ->
                    acme.releaseQuarantined(
                        ReleaseQuarantinedRequest.newBuilder().setDraftId("a").build())))
        .contains("etag", "note", "item_ids");
  }

  @Test
  void organisation_betweenContractAndDefault_isReachedOnlyByThoseWhoWerePutOnIt() {
    publish(
        operator, createDraft(operator, "u", text("umbrella", "default", price("output", "5"))));
    var onUmbrella = text("acme", "umbrella", price("input", "1"));

    assertThat(assertReason(Reason.FIELD_INVALID, () -> createDraft(acme, "c", onUmbrella)))
        .contains("content: book: base: umbrella");
    assertReason(
        Reason.PRICE_BOOK_UNKNOWN,
        () ->
            acme.getPriceBook(GetPriceBookRequest.newBuilder().setPriceBookId("umbrella").build()));

    var forAcme = pricing.as(service, OPERATOR, "acme");
    publish(forAcme, createDraft(forAcme, "c", onUmbrella));

    assertThat(rate(acme, "").getPriceBookVersion()).isEqualTo("acme@1+umbrella@1+default@1");
    assertThat(rate(acme, "").getCost().getAmount()).isEqualTo("1.000050000000");
    assertThat(rate(globex, "").getPriceBookVersion()).isEqualTo("default@1");
    publish(acme, createDraft(acme, "d", text("acme", "umbrella", price("input", "1.5"))));
    assertThat(rate(acme, "").getPriceBookVersion()).isEqualTo("acme@2+umbrella@1+default@1");
    assertReason(
        Reason.PRICE_BOOK_UNKNOWN,
        () ->
            globex.getPriceBook(
                GetPriceBookRequest.newBuilder().setPriceBookId("umbrella").build()));
  }

  @Test
  void restart_keepsWhatWasPublishedAndDrafted() {
    publishAcme("1.25");
    createDraft(acme, "open", acmeText("2"));
    service.close();

    var again = pricing.as(pricing.start(), OPERATOR, "acme");

    assertThat(rate(again, "").getCost().getAmount()).isEqualTo("1.250100000000");
    assertThat(again.listDrafts(ListDraftsRequest.getDefaultInstance()).getDraftsList())
        .extracting(each -> each.getDraftId())
        .containsExactly("c-1-25", "open");
  }

  @Test
  void otherInstance_followsByItself() throws Exception {
    var other = pricing.as(pricing.start(), OPERATOR, "acme");
    publishAcme("1.25");

    await("acme@1", () -> rate(other, "").getPriceBookVersion().equals("acme@1+default@1"));
  }

  @Test
  void watch_resumed_sendsOnlyWhatIsNew() {
    publish(
        operator, createDraft(operator, "u", text("umbrella", "default", price("output", "5"))));
    var forAcme = pricing.as(service, OPERATOR, "acme");
    publish(forAcme, createDraft(forAcme, "c", text("acme", "umbrella", price("input", "1"))));

    assertThat(watched(Map.of(), 3))
        .containsExactly("default@1 of ", "umbrella@1 of ", "acme@1 of acme");
    assertThat(watched(Map.of("default", 1L), 2))
        .containsExactly("umbrella@1 of ", "acme@1 of acme");
    /* A version that never was is of another store. */
    assertThat(watched(Map.of("default", 7L, "umbrella", 1L, "acme", 1L), 1))
        .containsExactly("default@1 of ");

    var stream = watch(Map.of("default", 1L, "umbrella", 1L, "acme", 1L, "gone", 3L));
    publish(acme, createDraft(acme, "d", text("acme", "umbrella", price("input", "1.5"))));
    assertThat(shown(stream.next())).isEqualTo("acme@2 of acme");
  }

  private Iterator<WatchPriceBooksResponse> watch(Map<String, Long> known) {
    return pricing
        .as(service, SERVICE)
        .withDeadlineAfter(WAIT_SECONDS, TimeUnit.SECONDS)
        .watchPriceBooks(WatchPriceBooksRequest.newBuilder().putAllKnownVersions(known).build());
  }

  private List<String> watched(Map<String, Long> known, int count) {
    var stream = watch(known);
    var shown = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      shown.add(shown(stream.next()));
    }
    return shown;
  }

  private static String shown(WatchPriceBooksResponse sent) {
    return sent.getPriceBookId() + "@" + sent.getVersion() + " of " + sent.getTenantId();
  }

  @Test
  void content_asJsonOverHttp_goesIn_andThePriceHolds() throws Exception {
    var content =
        Base64.getEncoder().encodeToString(acmeText("1.25").getBytes(StandardCharsets.UTF_8));
    try (var http = HttpClient.newHttpClient()) {
      var created =
          http.send(
              post(
                  "/v1/priceDrafts",
                  "{\"draftId\": \"j\", \"content\": \"%s\"}".formatted(content)),
              BodyHandlers.ofString());
      assertThat(created.body()).contains("\"etag\":\"1-0\"");
      assertThat(
              http.send(
                      post("/v1/priceDrafts/j:publish", "{\"etag\": \"1-0\"}"),
                      BodyHandlers.ofString())
                  .body())
          .contains("\"priceBookId\":\"acme\"");
      assertThat(
              http.send(
                      post(
                          "/v1/prices:rate",
                          """
                          {"provider": "openai", "model": "gpt-4o",
                           "usage": {"buckets": {"input": "1000000"}}}
                          """),
                      BodyHandlers.ofString())
                  .body())
          .contains("\"1.250000000000\"", "CHARGE_STATUS_PRICED");
    }
  }

  private HttpRequest post(String path, String body) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.httpPort() + path))
        .header("authorization", "Bearer " + OPERATOR)
        .header("tollgate-tenant", "acme")
        .header("content-type", "application/json")
        .POST(BodyPublishers.ofString(body))
        .build();
  }
}

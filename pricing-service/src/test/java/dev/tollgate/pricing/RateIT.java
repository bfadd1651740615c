package dev.tollgate.pricing;

import static dev.tollgate.pricing.TestBooks.text;
import static dev.tollgate.pricing.TestPricing.OPERATOR;
import static dev.tollgate.pricing.TestPricing.assertReason;
import static dev.tollgate.pricing.TestPricing.createDraft;
import static dev.tollgate.pricing.TestPricing.publish;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.tollgate.failure.Reason;
import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.common.v1.UsageBody;
import dev.tollgate.proto.pricing.v1.BucketResolution;
import dev.tollgate.proto.pricing.v1.ChargeStatus;
import dev.tollgate.proto.pricing.v1.CommitmentKind;
import dev.tollgate.proto.pricing.v1.ListPricesRequest;
import dev.tollgate.proto.pricing.v1.ListPricesResponse;
import dev.tollgate.proto.pricing.v1.ModelMatchKind;
import dev.tollgate.proto.pricing.v1.PassedReason;
import dev.tollgate.proto.pricing.v1.Price;
import dev.tollgate.proto.pricing.v1.PricingServiceGrpc.PricingServiceBlockingStub;
import dev.tollgate.proto.pricing.v1.QuoteOption;
import dev.tollgate.proto.pricing.v1.QuoteRequest;
import dev.tollgate.proto.pricing.v1.RateRequest;
import dev.tollgate.proto.pricing.v1.ResolveModelRequest;
import dev.tollgate.proto.pricing.v1.UsageFlawKind;
import dev.tollgate.proto.pricing.v1.VolumeMode;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import java.math.BigDecimal;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Quotes, ratings and resolutions by a contract of every kind of price, on the default book.
@NullMarked
@ExtendWith(StoresExtension.class)
class RateIT {
  private static final String PRICES =
      """
      {"id": "in", "bucket": "input", "amount": "2", "unit_quantity": 1000000, "source": "t"},
      {"id": "in-eu", "bucket": "input", "region": "eu", "amount": "3", "unit_quantity": 1000000,
       "net": true, "source": "t"},
      {"id": "in-long", "bucket": "input", "amount": "4", "unit_quantity": 1000000,
       "context_tier": {"threshold_tokens": 1000, "inclusive": true}, "source": "t"},
      {"id": "in-old", "bucket": "input", "amount": "7", "unit_quantity": 1000000,
       "region": "us", "to": "2020-01-01T00:00:00Z", "source": "t"},
      {"id": "in-flex", "bucket": "input", "service_tier": "flex", "amount": "1",
       "unit_quantity": 1000000, "source": "t"},
      {"id": "out", "bucket": "output", "amount": "8", "unit_quantity": 1000000, "volume":
       {"counter": "out", "mode": "RETROACTIVE", "steps": [{"above": 100, "amount": "4"}]},
       "source": "t"},
      {"id": "search", "bucket": "web_search", "amount": "0.01", "unit_quantity": 1, "allotment":
       {"counter": "free", "quantity": 5}, "source": "t"},
      {"id": "page", "bucket": "page", "amount": "0.5", "unit_quantity": 1, "schedule":
       {"hours": ["22:00-02:00"], "days": ["monday"], "zone": "Asia/Shanghai"}, "source": "t"}
      """;

  private static final String TERMS =
      """
      , "multipliers": [
        {"id": "ten-off", "factor": "0.9", "provider": "openai", "source": "t"},
        {"id": "batch", "factor": "0.5", "service_tier": "batch", "source": "t"}],
      "commitments": [{"id": "pack", "kind": "SPEND", "provider": "anthropic", "credit": "10",
        "fee": "9", "overage_percent": 120, "source": "t"}]}
      """;

  private final TestPricing pricing;
  private final PricingServiceBlockingStub acme;

  RateIT(Stores stores) {
    pricing = new TestPricing(stores);
    acme = pricing.as(pricing.start(), OPERATOR, "acme");
    var book = text("acme", "default", PRICES).strip();
    var content =
        book.substring(0, book.lastIndexOf('}'))
            .replace("\"prices\"", "\"prefixes\": [\"gpt-4o-\"], \"prices\"");
    publish(acme, createDraft(acme, "c", content + TERMS));
  }

  @AfterEach
  void close() {
    pricing.close();
  }

  private static RateRequest.Builder call() {
    return RateRequest.newBuilder().setProvider("openai").setModel("gpt-4o");
  }

  private static Usage usage(String bucket, long quantity) {
    return Usage.newBuilder().putBuckets(bucket, quantity).build();
  }

  @Test
  void rate_buckets_hasALineEachWithWhatMultipliedIt() {
    var charge = acme.rate(call().setUsage(usage("input", 100)).setServiceTier("batch").build());

    assertThat(charge.getStatus()).isEqualTo(ChargeStatus.CHARGE_STATUS_PRICED);
    assertThat(charge.getCost().getAmount()).isEqualTo("0.000090000000");
    assertThat(charge.getContractCost()).isEqualTo(charge.getCost());
    assertThat(charge.getCost().getCurrencyCode()).isEqualTo("USD");
    assertThat(charge.getLinesList())
        .singleElement()
        .satisfies(line -> {
          assertThat(line.getPriceId()).isEqualTo("in");
          assertThat(line.getPriceBookVersion()).isEqualTo("acme@1");
          assertThat(line.getMultiplierIdsList()).containsExactly("batch", "ten-off");
          assertThat(line.getQuantity()).isEqualTo(100);
        });
    assertThat(charge.getEngineVersion()).isNotEmpty();
  }

  @Test
  void rate_usageBody_isExtractedFirst() {
    var body =
        """
        {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110,
         "prompt_tokens_details": {"cached_tokens": 40}}
        """;
    var charge = acme.rate(call().setUsage(body(body, "chat")).build());

    assertThat(acme.rate(call().setUsageBody(body).setApiFlavor("chat").build())).isEqualTo(charge);
    assertThat(charge.getExtractionProfile()).isEqualTo("openai/chat");
    assertThat(charge.getUsage().getBucketsMap())
        .isEqualTo(Map.of("input", 60L, "cache_read", 40L, "output", 10L));
    assertThat(charge.getFlawsList()).isEmpty();
    assertThat(charge.getStatus()).isEqualTo(ChargeStatus.CHARGE_STATUS_PRICED);
  }

  @Test
  void rate_usageBodyThatContradictsItself_saysHow() {
    var body =
        """
        {"prompt_tokens": 10, "completion_tokens": 1, "total_tokens": 11,
         "prompt_tokens_details": {"cached_tokens": 40}}
        """;
    var charge = acme.rate(call().setUsage(body(body, "chat")).build());

    assertThat(charge.getFlawsList()).isNotEmpty();
    assertThat(charge.getFlaws(0).getField()).isEqualTo("prompt_tokens");
    assertThat(charge.getFlaws(0).getKind()).isEqualTo(UsageFlawKind.USAGE_FLAW_KIND_UNUSABLE);
    assertThat(charge.getStatus()).isEqualTo(ChargeStatus.CHARGE_STATUS_USAGE_INVALID);
    assertThat(charge.hasCost()).isFalse();
  }

  @Test
  void rate_withoutAKnownCost_saysWhyAndNamesNoCost() {
    var missing = acme.rate(call().build());
    var model = acme.rate(call().setModel("none").setUsage(usage("input", 1)).build());
    var bucket = acme.rate(call().setUsage(usage("output_audio", 1)).build());

    assertThat(missing.getStatus()).isEqualTo(ChargeStatus.CHARGE_STATUS_USAGE_MISSING);
    assertThat(missing.hasUsage()).isFalse();
    assertThat(model.getStatus()).isEqualTo(ChargeStatus.CHARGE_STATUS_UNPRICED_MODEL);
    assertThat(bucket.getStatus()).isEqualTo(ChargeStatus.CHARGE_STATUS_UNPRICED_BUCKET);
    assertThat(bucket.getUnpricedBucketsList()).containsExactly("output_audio");
    assertThat(bucket.hasCost() || model.hasListCost() || missing.hasContractCost()).isFalse();
  }

  @Test
  void rate_positions_moveOn() {
    var free = acme.rate(call().setUsage(usage("web_search", 3)).putPositions("free", 4).build());
    var crossing = acme.rate(call().setUsage(usage("output", 20)).putPositions("out", 90).build());

    assertThat(free.getCost().getAmount()).isEqualTo("0.018000000000");
    assertThat(free.getDrawsMap()).isEqualTo(Map.of("free", 3L));
    assertThat(crossing.getCost().getAmount()).isEqualTo("-0.000252000000");
    assertThat(crossing.getDrawsMap()).isEqualTo(Map.of("out", 20L));
  }

  @Test
  void rate_whatTheProviderReports_standsBesideOurs() {
    var usage = usage("input", 100).toBuilder().putBuckets("provider_ticks", 10_000_000L).build();

    assertThat(acme.rate(call().setUsage(usage).build()).getReportedCost().getAmount())
        .isEqualTo("0.001000000000");
  }

  @Test
  void rate_badInput_namesTheField() {
    var bad =
        Map.of(
            call().clearProvider().build(), "provider",
            call().setModel("x".repeat(257)).build(), "model",
            call().setUsage(usage("inptu", 1)).build(), "usage.buckets[inptu]",
            call().setUsage(usage("input", -1)).build(), "usage.buckets[input]",
            call().setUsage(body("{}", "fax")).build(), "usage.body.api_flavor",
            call().setProvider("nobody").setUsage(body("{}", "")).build(), "usage.body.provider",
            call().putPositions("c", -1).build(), "positions",
            call().setServiceTier("x".repeat(65)).build(), "service_tier",
            call().setEffectiveTime(Timestamp.newBuilder().setSeconds(-1)).build(),
                "effective_time");

    bad.forEach((request, field) ->
        assertThat(assertReason(Reason.FIELD_INVALID, () -> acme.rate(request)))
            .as(request.toString())
            .contains(field));
    assertReason(Reason.AMOUNT_UNREPRESENTABLE, () -> acme.rate(call().setUsage(many()).build()));
  }

  @Test
  void rate_badBody_namesTheField() {
    Map.of(
            call().setUsage(body("{\"prompt", "")).build(), "usage.body.json",
            call().setUsageBody("{\"prompt").build(), "usage.body.json",
            call().setUsage(both()).build(), "buckets and a body")
        .forEach((request, says) ->
            assertThat(assertReason(Reason.FIELD_INVALID, () -> acme.rate(request)))
                .as(request.toString())
                .contains(says));
  }

  @Test
  void rate_bodyOfAnotherShape_isReadAsThat() {
    var body =
        body("{\"prompt_tokens\": 100, \"completion_tokens\": 10, \"total_tokens\": 110}", "");
    var generic = UsageBody.newBuilder(body.getBody()).setProvider("generic");

    var charge = acme.rate(call().setUsage(Usage.newBuilder().setBody(generic)).build());

    assertThat(charge.getExtractionProfile()).startsWith("generic/");
    assertThat(charge.getStatus()).isEqualTo(ChargeStatus.CHARGE_STATUS_PRICED);
  }

  private static Usage body(String json, String apiFlavor) {
    return Usage.newBuilder()
        .setBody(UsageBody.newBuilder().setJson(json).setApiFlavor(apiFlavor))
        .build();
  }

  private static Usage both() {
    return usage("input", 1).toBuilder().setBody(UsageBody.newBuilder().setJson("{}")).build();
  }

  private static Usage many() {
    return usage("web_search", 1_000_000_000_000L);
  }

  @Test
  void quote_withAndWithoutARegion_isTheWorstCaseThere() {
    var ask = QuoteRequest.newBuilder().setProvider("openai").setModel("gpt-4o");

    var any = acme.quote(ask.setInputTokens(500).setOutputTokens(0).build());
    var eu = acme.quote(ask.setRegion("eu").build());
    var other = acme.quote(ask.setRegion("asia").build());

    assertThat(any.getPriceBookVersion()).isEqualTo("acme@1+default@1");
    assertThat(any.getCeiling()).isEqualTo(eu.getCeiling());
    assertThat(eu.getCeiling().getAmount()).isEqualTo("0.001500000000");
    assertThat(other.getCeiling().getAmount()).isEqualTo("0.000900000000");
    assertThat(any.getOptionsList())
        .extracting(each -> each.getServiceTier() + "/" + each.getRegion())
        .contains("/", "/eu", "flex/", "batch/", "batch/eu");
    assertThat(
            any.getOptionsList().stream()
                .collect(
                    Collectors.toMap(
                        each -> each.getServiceTier() + "/" + each.getRegion(),
                        each -> each.getCeiling().getAmount())))
        .containsEntry("/", "0.000900000000")
        .containsEntry("/eu", "0.001500000000")
        .containsEntry("batch/", "0.000450000000");
    assertThat(any.getOptionsList())
        .extracting(QuoteOption::getCeiling)
        .isSortedAccordingTo((one, two) ->
            new BigDecimal(one.getAmount()).compareTo(new BigDecimal(two.getAmount())));
  }

  @Test
  void quote_ofWhatHasNoPrice_hasAReason() {
    var ask = QuoteRequest.newBuilder().setProvider("openai").setModel("gpt-4o");

    assertReason(Reason.MODEL_UNKNOWN, () -> acme.quote(ask.clone().setModel("none").build()));
    assertReason(
        Reason.BUCKET_UNPRICED,
        () -> acme.quote(ask.clone().setServiceTier("moon").setInputTokens(1).build()));
    assertThat(
            assertReason(
                Reason.FIELD_INVALID,
                () -> acme.quote(QuoteRequest.newBuilder().setInputTokens(-1).build())))
        .contains("provider", "model", "input_tokens");
  }

  @Test
  void resolve_saysWhichBookMatchedHow_andWhyOtherPricesDoNotHold() {
    var answer =
        acme.resolveModel(
            ResolveModelRequest.newBuilder()
                .setProvider("openai")
                .setModel("gpt-4o-2024-08-06")
                .setInputTokens(500)
                .build());

    assertThat(answer.getMatchesList())
        .extracting(each -> each.getPriceBookVersion() + " " + each.getKind())
        .contains("acme@1 " + ModelMatchKind.MODEL_MATCH_KIND_PREFIX);
    assertThat(answer.getMatches(0).getText()).isEqualTo("gpt-4o-");
    var input = bucket(answer.getBucketsList(), "input");
    assertThat(input.getPrice().getPriceId()).isEqualTo("in");
    assertThat(input.getMultiplierIdsList()).containsExactly("ten-off");
    assertThat(
            input.getPassedList().stream()
                .filter(each -> each.getPrice().getPriceBookVersion().equals("acme@1"))
                .collect(
                    Collectors.toMap(
                        each -> each.getPrice().getPriceId(), each -> each.getReason())))
        .isEqualTo(
            Map.of(
                "in-eu", PassedReason.PASSED_REASON_OTHER_REGION,
                "in-old", PassedReason.PASSED_REASON_OTHER_REGION,
                "in-flex", PassedReason.PASSED_REASON_OTHER_TIER,
                "in-long", PassedReason.PASSED_REASON_INPUT_TOO_SMALL));
    assertThat(input.getPassedList())
        .filteredOn(each -> each.getPrice().getPriceBookVersion().equals("default@1"))
        .extracting(each -> each.getReason())
        .contains(PassedReason.PASSED_REASON_OVERRIDDEN);
  }

  @Test
  void resolve_otherCircumstances_giveOtherPrices() {
    var ask = ResolveModelRequest.newBuilder().setProvider("openai").setModel("gpt-4o");

    var large = acme.resolveModel(ask.clone().setInputTokens(1_000).build());
    var eu = acme.resolveModel(ask.clone().setRegion("eu").build());
    var us = acme.resolveModel(ask.clone().setRegion("us").build());

    assertThat(bucket(large.getBucketsList(), "input").getPrice().getPriceId())
        .isEqualTo("in-long");
    assertThat(bucket(eu.getBucketsList(), "input").getPrice().getPriceId()).isEqualTo("in-eu");
    assertThat(bucket(eu.getBucketsList(), "input").getMultiplierIdsList()).isEmpty();
    assertThat(bucket(us.getBucketsList(), "input").getPassedList())
        .filteredOn(each -> each.getPrice().getPriceId().equals("in-old"))
        .extracting(each -> each.getReason())
        .containsExactly(PassedReason.PASSED_REASON_OTHER_TIME);
    assertReason(
        Reason.MODEL_UNKNOWN, () -> acme.resolveModel(ask.clone().setModel("none").build()));
    assertThat(
            assertReason(
                Reason.FIELD_INVALID,
                () -> acme.resolveModel(ask.clone().setInputTokens(-1).clearProvider().build())))
        .contains("provider", "input_tokens");
  }

  private static BucketResolution bucket(Iterable<BucketResolution> all, String bucket) {
    for (var each : all) {
      if (each.getBucket().equals(bucket)) {
        return each;
      }
    }
    throw new AssertionError(bucket);
  }

  private static Price price(ListPricesResponse answer, String id) {
    return answer.getPricesList().stream()
        .filter(each -> each.getPriceId().equals(id))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void listPrices_ofOneBook_showsEveryPartOfIt() {
    var answer =
        acme.listPrices(
            ListPricesRequest.newBuilder().setPriceBookId("acme").setVersion(1).build());
    assertThat(answer.getPriceBookVersion()).isEqualTo("acme@1");
    assertThat(answer.getPricesCount()).isEqualTo(8);
    assertThat(price(answer, "in").getModelPrefixesList()).containsExactly("gpt-4o-");
    assertThat(price(answer, "in-eu").getNet()).isTrue();
    assertThat(price(answer, "in-long").getContextTier().getInclusive()).isTrue();
    assertThat(price(answer, "out").getVolume().getMode())
        .isEqualTo(VolumeMode.VOLUME_MODE_RETROACTIVE);
    assertThat(price(answer, "out").getVolume().getSteps(0).getAmount().getAmount())
        .isEqualTo("4.000000000000");
    assertThat(price(answer, "search").getAllotment().getQuantity()).isEqualTo(5);
    assertThat(price(answer, "page").getSchedule().getHoursList()).containsExactly("22:00-02:00");
    assertThat(price(answer, "page").getSchedule().getDaysList()).containsExactly("monday");
    assertThat(price(answer, "page").getSchedule().getTimeZone()).isEqualTo("Asia/Shanghai");
    assertThat(answer.getMultipliersList())
        .extracting(each -> each.getMultiplierId() + " " + each.getFactor())
        .containsExactly("batch 0.5", "ten-off 0.9");
    assertThat(answer.getCommitmentsList())
        .singleElement()
        .satisfies(each -> {
          assertThat(each.getKind()).isEqualTo(CommitmentKind.COMMITMENT_KIND_SPEND);
          assertThat(each.getCredit().getAmount()).isEqualTo("10.000000000000");
          assertThat(each.getOveragePercent()).isEqualTo(120);
        });
    assertReason(
        Reason.PRICE_BOOK_UNKNOWN,
        () ->
            acme.listPrices(
                ListPricesRequest.newBuilder().setPriceBookId("acme").setVersion(2).build()));
    assertThat(
            assertReason(
                Reason.FIELD_INVALID,
                () -> acme.listPrices(ListPricesRequest.newBuilder().setVersion(1).build())))
        .contains("version");
  }
}

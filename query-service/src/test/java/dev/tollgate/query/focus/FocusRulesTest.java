package dev.tollgate.query.focus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.proto.query.v1.FocusRow;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class FocusRulesTest {
  private static final FocusRow GOOD =
      FocusRow.newBuilder()
          .setBilledCost("1.5")
          .setBillingAccountId("acme")
          .setBillingAccountName("acme")
          .setBillingCurrency("USD")
          .setBillingPeriodStart("2026-01-01T00:00:00Z")
          .setBillingPeriodEnd("2026-02-01T00:00:00Z")
          .setChargeCategory("Usage")
          .setChargeDescription("Calls")
          .setChargeFrequency("Usage-Based")
          .setChargePeriodStart("2026-01-31T00:00:00Z")
          .setChargePeriodEnd("2026-02-01T00:00:00Z")
          .setConsumedQuantity("7")
          .setConsumedUnit("Tokens")
          .setContractedCost("1.5")
          .setEffectiveCost("1.5")
          .setInvoiceIssuerName("openai")
          .setListCost("2")
          .setPricingCategory("Standard")
          .setPricingQuantity("1")
          .setPricingUnit("Requests")
          .setProviderName("openai")
          .setPublisherName("openai")
          .setServiceCategory("AI and Machine Learning")
          .setServiceName("gpt-4o")
          .setServiceSubcategory("Generative AI")
          .setSkuId("openai/gpt-4o")
          .setSkuPriceId("openai/gpt-4o")
          .build();

  @Test
  void complaints_goodRow_areNone() {
    assertThat(FocusRules.complaints(GOOD)).isEmpty();
  }

  @Test
  void complaints_badRow_nameWhatIsWrong() {
    List<UnaryOperator<FocusRow.Builder>> bad =
        List.of(
            row -> row.setBilledCost("1E-7"),
            row -> row.setListCost(""),
            row -> row.setBillingCurrency("dollars"),
            row -> row.setBillingPeriodEnd("2026-01-31T00:00:00Z"),
            row -> row.setChargePeriodEnd("2026-02-02T00:00:00Z"),
            row -> row.setChargePeriodStart("2026-01-31"),
            row -> row.setChargeCategory("Use"),
            row -> row.setChargeClass(""),
            row -> row.setChargeClass("Refund"),
            row -> row.setServiceSubcategory("Chat"),
            row -> row.clearPricingQuantity(),
            row -> row.clearSkuId(),
            row -> row.setConsumedQuantity("0"),
            row -> row.clearConsumedUnit(),
            row -> row.setChargeCategory("Purchase"),
            row -> row.setChargeCategory("Tax"));

    assertThat(bad)
        .allSatisfy(broken ->
            assertThat(FocusRules.complaints(broken.apply(GOOD.toBuilder()).build())).isNotEmpty());
  }
}

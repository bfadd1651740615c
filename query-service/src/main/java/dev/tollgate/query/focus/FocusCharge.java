package dev.tollgate.query.focus;

import dev.tollgate.kernel.clickhouse.Row;
import dev.tollgate.money.Picos;
import dev.tollgate.proto.query.v1.FocusRow;
import dev.tollgate.query.statement.Sum;
import dev.tollgate.query.statement.Sums;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;

/// A charge in the columns of FOCUS 1.2, all but its tags.
final class FocusCharge {
  private static final String UNATTRIBUTED = "Unattributed";
  private static final Duration DAY = Duration.ofDays(1);

  private FocusCharge() {}

  /// A row of `focus_usage.sql`.
  static FocusRow usage(String tenant, Row row) {
    var sums = Sums.read(row, "", FocusStatement.SUMS);
    var model = named(row.text("model_name"));
    var provider = named(row.text("provider_name"));
    var sku = provider + "/" + model;
    var tier = row.text("tier");
    var status = row.text("status");
    var charge =
        common(tenant, row, sums.get(Sum.COST))
            .setListCost(decimal(sums.get(Sum.LIST_COST)))
            .setChargeCategory("Usage")
            .setChargeDescription("Calls of " + model + " by " + provider)
            .setChargeFrequency("Usage-Based")
            .setPricingCategory("Standard")
            .setPricingQuantity(sums.get(Sum.EVENTS).toString())
            .setPricingUnit("Requests")
            .setServiceName(model)
            .setServiceSubcategory("Generative AI")
            .setSkuId(sku)
            .setSkuPriceId(tier.isEmpty() ? sku : sku + "/" + tier)
            .setXRequests(sums.count(Sum.EVENTS))
            .setXUnpricedRequests(sums.count(Sum.UNPRICED_EVENTS))
            .setXInputTokens(sums.count(Sum.INPUT_TOKENS))
            .setXCacheReadTokens(sums.count(Sum.CACHE_READ_TOKENS))
            .setXCacheWriteTokens(sums.count(Sum.CACHE_WRITE_TOKENS))
            .setXOutputTokens(sums.count(Sum.OUTPUT_TOKENS))
            .setXReasoningTokens(sums.count(Sum.REASONING_TOKENS));
    if (row.flag("correction")) {
      charge.setChargeClass("Correction");
    }
    if (!status.isEmpty()) {
      charge.setXChargeStatus(status);
    }
    if (!row.text("book").isEmpty()) {
      charge.setXPriceBook(row.text("book"));
    }
    var tokens = sums.get(Sum.INPUT_TOKENS).add(sums.get(Sum.OUTPUT_TOKENS));
    consume(charge, tokens, sums.get(Sum.EVENTS));
    return charge.build();
  }

  /* FOCUS wants a quantity above 0. */
  private static void consume(FocusRow.Builder charge, BigInteger tokens, BigInteger calls) {
    if (tokens.signum() > 0) {
      charge.setConsumedQuantity(tokens.toString()).setConsumedUnit("Tokens");
    } else if (calls.signum() > 0) {
      charge.setConsumedQuantity(calls.toString()).setConsumedUnit("Requests");
    }
  }

  /// A row of `focus_lines.sql`.
  static FocusRow line(String tenant, Row row) {
    var cost = row.bigInteger("cost");
    var category = row.text("line_category");
    var description = row.text("line_description");
    var charge =
        common(tenant, row, cost)
            .setListCost(decimal(cost))
            .setChargeCategory(cost.signum() < 0 ? "Credit" : "Purchase")
            .setChargeDescription(description.isEmpty() ? named(category) : description)
            .setChargeFrequency("One-Time")
            .setServiceName(named(category))
            .setServiceSubcategory("Other (AI and Machine Learning)")
            .setXCostId(row.text("key"));
    if (cost.signum() > 0) {
      charge
          .setPricingCategory("Standard")
          .setPricingQuantity("1")
          .setPricingUnit("Charges")
          .setSkuId(named(category))
          .setSkuPriceId(named(category));
    }
    return charge.build();
  }

  private static FocusRow.Builder common(String tenant, Row row, BigInteger cost) {
    var day = Instant.ofEpochSecond(row.integer("day"));
    var month = YearMonth.from(day.atOffset(ZoneOffset.UTC));
    var provider = named(row.text("provider_name"));
    var region = row.text("region_name");
    var charge =
        FocusRow.newBuilder()
            .setBilledCost(decimal(cost))
            .setContractedCost(decimal(cost))
            .setEffectiveCost(decimal(cost))
            .setBillingAccountId(tenant)
            .setBillingAccountName(tenant)
            .setBillingCurrency(row.text("currency_code"))
            .setBillingPeriodStart(begin(month))
            .setBillingPeriodEnd(begin(month.plusMonths(1)))
            .setChargePeriodStart(day.toString())
            .setChargePeriodEnd(day.plus(DAY).toString())
            .setInvoiceIssuerName(provider)
            .setProviderName(provider)
            .setPublisherName(provider)
            .setServiceCategory("AI and Machine Learning");
    return region.isEmpty() ? charge : charge.setRegionId(region).setRegionName(region);
  }

  private static String begin(YearMonth month) {
    return month.atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC).toString();
  }

  private static String named(String text) {
    return text.isEmpty() ? UNATTRIBUTED : text;
  }

  private static String decimal(BigInteger picos) {
    return new BigDecimal(picos, Picos.SCALE).toPlainString();
  }
}

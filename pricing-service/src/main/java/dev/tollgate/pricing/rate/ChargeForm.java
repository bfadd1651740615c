package dev.tollgate.pricing.rate;

import dev.tollgate.pricing.answer.Shown;
import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.pricing.v1.ChargeStatus;
import dev.tollgate.proto.pricing.v1.RateResponse;
import dev.tollgate.proto.pricing.v1.UsageFlawKind;
import dev.tollgate.rating.Bucket;
import dev.tollgate.rating.Charge;
import dev.tollgate.rating.PriceStack;
import dev.tollgate.rating.extract.Extraction;
import dev.tollgate.rating.extract.Flaw;

/// Charges as the contract shows them.
final class ChargeForm {
  private static final String REPORTED_CURRENCY = "USD";

  private ChargeForm() {}

  static RateResponse of(Charge charge, Extraction consumed) {
    var currency = charge.currency();
    var answer =
        RateResponse.newBuilder()
            .setStatus(status(charge))
            .addAllUnpricedBuckets(charge.unpriced().stream().map(Bucket::bucketName).toList())
            .setExtractionProfile(consumed.profile())
            .setRounded(charge.rounded())
            .setPriceBookVersion(charge.bookRef())
            .setEngineVersion(PriceStack.ENGINE_VERSION);
    if (!charge.status().isUnknown()) {
      answer
          .setCost(Shown.money(currency, charge.cost()))
          .setContractCost(Shown.money(currency, charge.contractCost()))
          .setListCost(Shown.money(currency, charge.listCost()));
    }
    charge
        .reportedCost()
        .ifPresent(reported -> answer.setReportedCost(Shown.money(REPORTED_CURRENCY, reported)));
    charge.lines().forEach(line -> add(answer, line, currency));
    charge.draws().forEach(draw -> answer.putDraws(draw.counter(), draw.quantity()));
    consumed.flaws().forEach(flaw -> add(answer, flaw));
    if (!consumed.usage().isMissing()) {
      answer.setUsage(Usage.newBuilder().putAllBuckets(consumed.usage().buckets()));
    }
    return answer.build();
  }

  private static void add(RateResponse.Builder answer, Charge.Line line, String currency) {
    answer
        .addLinesBuilder()
        .setBucket(line.bucket().bucketName())
        .setQuantity(line.quantity())
        .setPriceId(line.priceId())
        .setPriceBookVersion(line.applied().bookRef())
        .addAllMultiplierIds(line.applied().multiplierIds())
        .setCost(Shown.money(currency, line.cost()));
  }

  private static void add(RateResponse.Builder answer, Flaw flaw) {
    answer
        .addFlawsBuilder()
        .setKind(
            switch (flaw.kind()) {
              case UNUSABLE -> UsageFlawKind.USAGE_FLAW_KIND_UNUSABLE;
              case DOUBTFUL -> UsageFlawKind.USAGE_FLAW_KIND_DOUBTFUL;
            })
        .setField(flaw.field())
        .setRule(flaw.rule());
  }

  private static ChargeStatus status(Charge charge) {
    return switch (charge.status()) {
      case PRICED -> ChargeStatus.CHARGE_STATUS_PRICED;
      case PRICED_ZERO -> ChargeStatus.CHARGE_STATUS_PRICED_ZERO;
      case UNPRICED_MODEL -> ChargeStatus.CHARGE_STATUS_UNPRICED_MODEL;
      case UNPRICED_BUCKET -> ChargeStatus.CHARGE_STATUS_UNPRICED_BUCKET;
      case USAGE_MISSING -> ChargeStatus.CHARGE_STATUS_USAGE_MISSING;
      case USAGE_INVALID -> ChargeStatus.CHARGE_STATUS_USAGE_INVALID;
      case ESTIMATED -> ChargeStatus.CHARGE_STATUS_ESTIMATED;
      case PROVIDER_REPORTED -> ChargeStatus.CHARGE_STATUS_PROVIDER_REPORTED;
    };
  }
}

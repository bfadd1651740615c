package dev.tollgate.pricing.answer;

import dev.tollgate.kernel.field.Times;
import dev.tollgate.money.Picos;
import dev.tollgate.proto.pricing.v1.Allotment;
import dev.tollgate.proto.pricing.v1.CommitmentKind;
import dev.tollgate.proto.pricing.v1.ContextTierMode;
import dev.tollgate.proto.pricing.v1.Schedule;
import dev.tollgate.proto.pricing.v1.Volume;
import dev.tollgate.proto.pricing.v1.VolumeMode;
import dev.tollgate.rating.Bucket;
import dev.tollgate.rating.Commitment;
import dev.tollgate.rating.ContextTier;
import dev.tollgate.rating.Glob;
import dev.tollgate.rating.Model;
import dev.tollgate.rating.Multiplier;
import dev.tollgate.rating.Price;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Locale;

/// Entries of a book as the contract shows them.
///
/// @param ref the book: `default@1`
public record EntryForm(String ref, String currency) {

  public dev.tollgate.proto.pricing.v1.Price price(Model model, Price price) {
    var message =
        dev.tollgate.proto.pricing.v1.Price.newBuilder()
            .setPriceId(price.id())
            .setProvider(model.provider())
            .setModel(model.name())
            .addAllModelAliases(model.aliases())
            .addAllModelPrefixes(model.prefixes())
            .addAllModelPatterns(model.patterns().stream().map(Glob::text).toList())
            .setBucket(price.bucket().bucketName())
            .setServiceTier(price.serviceTier())
            .setRegion(price.region())
            .setUnitQuantity(price.unitQuantity())
            .setAmount(Shown.money(currency, price.amount()))
            .setNet(price.net())
            .setSource(price.source())
            .setPriceBookVersion(ref);
    if (!price.contextTier().equals(ContextTier.BASE)) {
      message.setContextTier(contextTier(price.contextTier()));
    }
    if (!price.schedule().isAlways()) {
      message.setSchedule(schedule(price.schedule()));
    }
    if (!price.volume().steps().isEmpty()) {
      message.setVolume(volume(price.volume()));
    }
    if (price.allotment().quantity() > 0) {
      message.setAllotment(
          Allotment.newBuilder()
              .setCounter(price.allotment().counter())
              .setQuantity(price.allotment().quantity()));
    }
    if (!price.from().equals(Instant.MIN)) {
      message.setEffectiveStartTime(Times.timestamp(price.from()));
    }
    if (!price.to().equals(Instant.MAX)) {
      message.setEffectiveEndTime(Times.timestamp(price.to()));
    }
    return message.build();
  }

  private static dev.tollgate.proto.pricing.v1.ContextTier contextTier(ContextTier tier) {
    return dev.tollgate.proto.pricing.v1.ContextTier.newBuilder()
        .setThresholdTokens(tier.thresholdTokens())
        .setInclusive(tier.inclusive())
        .setMode(
            switch (tier.mode()) {
              case CLIFF -> ContextTierMode.CONTEXT_TIER_MODE_CLIFF;
              case GRADUATED -> ContextTierMode.CONTEXT_TIER_MODE_GRADUATED;
            })
        .build();
  }

  private static Schedule schedule(dev.tollgate.rating.Schedule schedule) {
    return Schedule.newBuilder()
        .addAllHours(
            schedule.hours().stream().map(dev.tollgate.rating.Schedule.Hours::toString).toList())
        .addAllDays(
            schedule.days().stream()
                .sorted()
                .map(day -> day.name().toLowerCase(Locale.ROOT))
                .toList())
        .addAllExceptedDates(schedule.except().stream().sorted().map(LocalDate::toString).toList())
        .setTimeZone(schedule.zone().getId())
        .build();
  }

  private Volume volume(dev.tollgate.rating.Volume volume) {
    var message =
        Volume.newBuilder()
            .setCounter(volume.counter())
            .setMode(
                switch (volume.mode()) {
                  case MARGINAL -> VolumeMode.VOLUME_MODE_MARGINAL;
                  case RETROACTIVE -> VolumeMode.VOLUME_MODE_RETROACTIVE;
                });
    for (var step : volume.steps()) {
      message
          .addStepsBuilder()
          .setAbove(step.above())
          .setAmount(Shown.money(currency, step.amount()));
    }
    return message.build();
  }

  public dev.tollgate.proto.pricing.v1.Multiplier multiplier(Multiplier multiplier) {
    var message =
        dev.tollgate.proto.pricing.v1.Multiplier.newBuilder()
            .setMultiplierId(multiplier.id())
            .setFactor(multiplier.factor().toPlainString())
            .setProvider(multiplier.provider())
            .addAllModels(multiplier.models().stream().map(Glob::text).toList())
            .addAllBuckets(multiplier.buckets().stream().map(Bucket::bucketName).toList())
            .setServiceTier(multiplier.serviceTier())
            .setRegion(multiplier.region())
            .setSource(multiplier.source())
            .setPriceBookVersion(ref);
    if (!multiplier.from().equals(Instant.MIN)) {
      message.setEffectiveStartTime(Times.timestamp(multiplier.from()));
    }
    if (!multiplier.to().equals(Instant.MAX)) {
      message.setEffectiveEndTime(Times.timestamp(multiplier.to()));
    }
    return message.build();
  }

  public dev.tollgate.proto.pricing.v1.Commitment commitment(Commitment commitment) {
    var message =
        dev.tollgate.proto.pricing.v1.Commitment.newBuilder()
            .setCommitmentId(commitment.id())
            .setKind(
                switch (commitment.kind()) {
                  case PREPAID -> CommitmentKind.COMMITMENT_KIND_PREPAID;
                  case SPEND -> CommitmentKind.COMMITMENT_KIND_SPEND;
                  case PROVISIONED -> CommitmentKind.COMMITMENT_KIND_PROVISIONED;
                })
            .setProvider(commitment.provider())
            .addAllModels(commitment.models().stream().map(Glob::text).toList())
            .addAllBuckets(commitment.buckets().stream().map(Bucket::bucketName).toList())
            .setFee(Shown.money(currency, commitment.fee()))
            .setOrder(commitment.order())
            .setOveragePercent(commitment.overagePercent())
            .setSource(commitment.source())
            .setPriceBookVersion(ref);
    if (commitment.drawsMoney()) {
      message.setCredit(Shown.money(currency, new Picos(commitment.quantity())));
    } else {
      message.setUnits(commitment.quantity());
    }
    if (!commitment.from().equals(Instant.MIN)) {
      message.setEffectiveStartTime(Times.timestamp(commitment.from()));
    }
    if (!commitment.to().equals(Instant.MAX)) {
      message.setEffectiveEndTime(Times.timestamp(commitment.to()));
    }
    return message.build();
  }
}

package dev.tollgate.rating;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/// What prices are multiplied by for calls of a service tier or a region, or, where it names
/// neither, for all: a discount. It applies to prices of its own book and of the books below. A
/// price that states the tier or the region itself has it in it already, and a net price all
/// discounts. Several multiply each other.
///
/// @param id unique among the ids of its book
/// @param factor not negative
/// @param provider empty is every provider
/// @param models patterns of names, of which a model has one; empty is every model
/// @param buckets empty is every bucket
public record Multiplier(
    String id,
    BigDecimal factor,
    String provider,
    List<Glob> models,
    Set<Bucket> buckets,
    String serviceTier,
    String region,
    Instant from,
    Instant to,
    String source) {

  /// Whether it holds for every call, whatever its tier and region.
  public boolean isDiscount() {
    return serviceTier.isEmpty() && region.isEmpty();
  }

  boolean concerns(Model model, Price price) {
    return (provider.isEmpty() || provider.equals(model.provider()))
        && (buckets.isEmpty() || buckets.contains(price.bucket()))
        && (models.isEmpty() || models.stream().anyMatch(model::isNamed))
        && (serviceTier.isEmpty() || price.serviceTier().isEmpty())
        && (region.isEmpty() || price.region().isEmpty())
        && !(isDiscount() && price.net());
  }

  boolean holdsFor(String tier, String where) {
    return (serviceTier.isEmpty() || serviceTier.equals(tier))
        && (region.isEmpty() || region.equals(where));
  }

  boolean holdsAt(Instant time) {
    return !time.isBefore(from) && time.isBefore(to);
  }
}

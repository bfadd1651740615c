package dev.tollgate.pricing.gather;

import java.math.BigDecimal;

/// What a provider's prices are multiplied by for a service tier or a region.
record Factor(
    String provider, String serviceTier, String region, BigDecimal factor, String source) {
  String id() {
    return "%s/factor/%s/%s"
        .formatted(
            provider, serviceTier.isEmpty() ? "@" + region : serviceTier, factor.toPlainString());
  }
}

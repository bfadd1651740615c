package dev.tollgate.quota.budget;

import java.time.Instant;

/// How a tenant's checks are answered where its budgets alone don't say it.
///
/// @param version how often they were written; 0 for the defaults, which never were
/// @param updateTime when they were written last; of no meaning with version 0
public record CheckRules(
    UnknownModel unknownModel, NoBudget noBudget, long version, Instant updateTime) {
  /// The rules of a tenant that has written none.
  public static final CheckRules DEFAULT =
      new CheckRules(UnknownModel.REFUSE, NoBudget.ALLOW, 0, Instant.EPOCH);

  /// What a check gets for a model that no price book prices.
  public enum UnknownModel {
    REFUSE,
    /// It is held at the price of the dearest model.
    HOLD_CEILING
  }

  /// What a check gets that no budget matches.
  public enum NoBudget {
    /// Nothing is held.
    ALLOW,
    DENY
  }

  /// Whether these are what the other rules become when they are written.
  boolean areWritten(CheckRules other) {
    return version == other.version + 1
        && unknownModel == other.unknownModel
        && noBudget == other.noBudget;
  }
}

package dev.tollgate.quota.hold;

/// The store's answer to a release.
public enum Released {
  /// The hold is given back.
  GIVEN_BACK,
  /// It was before.
  REPLAYED,
  /// It is settled, and stays so.
  SETTLED,
  /// The id is another reservation's by now; nothing changed.
  UNKNOWN,
  /// Nothing was held; from now on nothing will be.
  TOMBSTONE
}

package dev.tollgate.query.org;

/// By which org tree a question sees cost.
public enum OrgView {
  /// None: as events state it.
  AS_STATED,
  /// The tree at the time of each event.
  AS_WAS,
  /// The tree when the question is asked.
  AS_IS_NOW
}

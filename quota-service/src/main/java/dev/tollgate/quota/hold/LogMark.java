package dev.tollgate.quota.hold;

/// How far a log is applied to a tenant's counters.
///
/// @param position the last one that is
/// @param row the last of them that the ledger has a row for, or will have
public record LogMark(long position, long row) {
  public static final LogMark NONE = new LogMark(0, 0);
}

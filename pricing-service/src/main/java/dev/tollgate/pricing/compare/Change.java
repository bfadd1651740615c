package dev.tollgate.pricing.compare;

/// One entry that is not the same in two versions of a book.
public sealed interface Change {
  /// The entry as it is after, or where it is gone, was before.
  Entry entry();

  /// It comes.
  record Added(Entry entry) implements Change {}

  /// It goes.
  record Removed(Entry entry) implements Change {}

  /// It is another.
  record Changed(Entry before, Entry entry) implements Change {}
}

package dev.tollgate.quota.hold;

/// What a hold was granted on: it is answered again to a retry, and its usage is priced with it.
///
/// @param bookRef `default@1`
/// @param currency the book's
/// @param held the worst case
/// @param maxOutputTokens as granted
public record Terms(String bookRef, String currency, Spend held, long maxOutputTokens) {
  /// As text without `|`.
  String print() {
    return bookRef
        + " "
        + currency
        + " "
        + held.costNanos()
        + " "
        + held.tokens()
        + " "
        + maxOutputTokens;
  }

  static Terms parse(String printed) {
    var parts = printed.split(" ", -1);
    return new Terms(
        parts[0],
        parts[1],
        new Spend(Long.parseLong(parts[2]), Long.parseLong(parts[3])),
        Long.parseLong(parts[4]));
  }
}

package dev.tollgate.quota.hold;

/// What a hold was granted on: it is answered again to a retry, and its usage is priced with it.
///
/// @param bookRef `default@1`, or `acme@2+default@1` where books stand on each other
/// @param currency the book's
/// @param held the worst case
/// @param maxOutputTokens as granted
/// @param unknownModel whether no book prices the model, and it is held as the dearest one
public record Terms(
    String bookRef, String currency, Spend held, long maxOutputTokens, boolean unknownModel) {
  private static final String UNKNOWN_MODEL = "U";

  /// As text without `|`.
  String print() {
    return bookRef
        + " "
        + currency
        + " "
        + held.costNanos()
        + " "
        + held.inputTokens()
        + " "
        + held.outputTokens()
        + " "
        + maxOutputTokens
        + (unknownModel ? " " + UNKNOWN_MODEL : "");
  }

  static Terms parse(String printed) {
    var parts = printed.split(" ", -1);
    return new Terms(
        parts[0],
        parts[1],
        new Spend(Long.parseLong(parts[2]), Long.parseLong(parts[3]), Long.parseLong(parts[4])),
        Long.parseLong(parts[5]),
        parts.length > 6 && parts[6].equals(UNKNOWN_MODEL));
  }
}

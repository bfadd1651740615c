package dev.tollgate.quota.hold;

/// What a hold was granted on: it is answered again to a retry, and its usage is priced with it.
///
/// @param bookRef `default@1`, or `acme@2+default@1` where books stand on each other
/// @param currency the book's
/// @param held the worst case
/// @param maxOutputTokens as granted
/// @param unknownModel whether no book prices the model, and it is held as the dearest one
public record Terms(
    String bookRef, String currency, Spend held, long maxOutputTokens, boolean unknownModel) {}

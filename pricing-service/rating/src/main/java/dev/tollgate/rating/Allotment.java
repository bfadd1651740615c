package dev.tollgate.rating;

/// How much of a billing period is free, where the position in it is stated; where it is not, all
/// is charged.
///
/// @param counter under which name the position is stated
/// @param quantity 0 only in `NONE`
public record Allotment(String counter, long quantity) {
  public static final Allotment NONE = new Allotment("", 0);

  boolean isNone() {
    return quantity == 0;
  }
}

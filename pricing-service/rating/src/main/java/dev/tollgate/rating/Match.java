package dev.tollgate.rating;

/// A model that was found for a name, and why.
///
/// @param by what matched
/// @param text the name, prefix or pattern of the model that did
public record Match(Model model, By by, String text) {
  /// What of a model matches a name, strongest first.
  public enum By {
    NAME,
    ALIAS,
    PREFIX,
    PATTERN
  }
}

package dev.tollgate.client.meter;

/// What became of the wish to call a model. Both cases are normal; neither is an exception.
public sealed interface Metered<T> {
  /// The call could be made; what came of it.
  record Passed<T>(T value) implements Metered<T> {}

  /// The call must not be made, and was not.
  record Denied<T>(Denial denial) implements Metered<T> {}

  /// The value, for callers who let denials pass up.
  ///
  /// @throws CallDenied where there is none
  default T orElseThrow() {
    return switch (this) {
      case Passed<T>(var value) -> value;
      case Denied<T>(var denial) -> throw new CallDenied(denial);
    };
  }
}

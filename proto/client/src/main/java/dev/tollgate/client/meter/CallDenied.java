package dev.tollgate.client.meter;

/// A denial, thrown because its receiver asked for that. Its message is safe for end users.
public final class CallDenied extends RuntimeException {
  private final transient Denial denial;

  CallDenied(Denial denial) {
    // It is an answer: where it was thrown tells nothing.
    super(denial.message(), null, false, false);
    this.denial = denial;
  }

  public Denial denial() {
    return denial;
  }
}

package dev.tollgate.ingest.otlp;

/// One span or log record, as far as a call of a model may show in it: what people said in it is
/// left behind.
///
/// @param fallbackId stands for a log record that belongs to no trace: equal only if all of it is
/// @param traceId in hex; empty where it belongs to no trace
/// @param spanId in hex; of a log record, the span in which it was written
/// @param startNanos since 1970; 0 where it has no beginning
/// @param endNanos since 1970; 0 where it does not say
/// @param failed whether it says so itself; an error may stand in the attributes besides
record Observed(
    Signal signal,
    String fallbackId,
    String traceId,
    String spanId,
    String parentSpanId,
    String eventName,
    long startNanos,
    long endNanos,
    boolean failed,
    Attributes attributes,
    Attributes resource) {

  /// What it is.
  enum Signal {
    SPAN,
    LOG
  }

  boolean isSpan() {
    return signal == Signal.SPAN;
  }

  /// How a person finds it again: `span 00f067aa0ba902b7`.
  String shown() {
    var what = isSpan() ? "span " : "log record of span ";
    return what + (spanId.isEmpty() ? "unknown" : spanId);
  }
}

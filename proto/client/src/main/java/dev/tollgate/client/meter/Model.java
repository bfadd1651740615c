package dev.tollgate.client.meter;

/// Makes the call of a model, with whatever library does that.
@FunctionalInterface
public interface Model<T, E extends Exception> {
  /// Must give the model `attempt.maxOutputTokens()` as its output limit: the budgets hold no more.
  ModelAnswer<T> answer(Attempt attempt) throws E;
}

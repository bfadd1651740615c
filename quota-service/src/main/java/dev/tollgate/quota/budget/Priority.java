package dev.tollgate.quota.budget;

/// How much a call matters, from the least.
public enum Priority {
  BATCH,
  EXPERIMENT,
  STANDARD,
  CRITICAL
}

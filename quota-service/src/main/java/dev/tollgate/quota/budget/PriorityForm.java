package dev.tollgate.quota.budget;

/// Priorities as they go over the wire.
public final class PriorityForm {
  private PriorityForm() {}

  /// STANDARD where none is given.
  public static Priority parse(dev.tollgate.proto.quota.v1.Priority form) {
    return switch (form) {
      case PRIORITY_BATCH -> Priority.BATCH;
      case PRIORITY_EXPERIMENT -> Priority.EXPERIMENT;
      case PRIORITY_CRITICAL -> Priority.CRITICAL;
      case PRIORITY_STANDARD, PRIORITY_UNSPECIFIED, UNRECOGNIZED -> Priority.STANDARD;
    };
  }

  static dev.tollgate.proto.quota.v1.Priority print(Priority priority) {
    return dev.tollgate.proto.quota.v1.Priority.valueOf("PRIORITY_" + priority.name());
  }
}

package dev.tollgate.query.reconcile;

import dev.tollgate.failure.Failure;
import dev.tollgate.kernel.field.Shown;

/// Where in a request something stands, so that a failure can say it.
///
/// @param field of the request: `reports[0].content`
/// @param within where in it: `november.csv: line 3, BilledCost`
record Place(String field, String within) {
  static Place of(int report, String name) {
    return new Place("reports[" + report + "].content", name.isEmpty() ? "report" : name);
  }

  Place at(String further) {
    return new Place(field, within + ": " + further);
  }

  Place dot(String name) {
    return new Place(field, within + "." + name);
  }

  /// FIELD_INVALID: what stands there, and what was expected.
  Failure bad(String value, String expected) {
    return Failure.invalid(
        field, within + ": " + Shown.text(value) + " (expected: " + expected + ")");
  }
}

package dev.tollgate.query.outcome;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.proto.query.v1.Reference;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.LedgerSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What a caller wants to know about the outcomes of a cohort, checked.
///
/// @param kind of the outcomes
/// @param reference what the cohort is made of
/// @param asOf what was received later is left out
/// @param latest whether of several outcomes of a reference only the latest counts
record OutcomeQuestion(
    Scope scope,
    List<Dimension> groups,
    String kind,
    Reference reference,
    Optional<Instant> asOf,
    boolean latest) {
  private static final Duration DAY = Duration.ofDays(1);

  OutcomeQuestion {
    groups = List.copyOf(groups);
  }

  OutcomeQuestion within(Scope other) {
    return new OutcomeQuestion(other, groups, kind, reference, asOf, latest);
  }

  /// The dimension that names what the cohort is made of.
  Dimension dimension() {
    return Dimension.of(name()).orElseThrow();
  }

  /// The name of that dimension.
  String name() {
    return switch (reference) {
      case REFERENCE_INTERACTION -> "interaction";
      case REFERENCE_TRACE -> "trace";
      case REFERENCE_REQUEST -> "request";
      case REFERENCE_SESSION, REFERENCE_UNSPECIFIED, UNRECOGNIZED -> "session";
    };
  }

  /// The rollup where it has all that is needed: it knows no dimensions, no time of receipt, and
  /// what names no reference only by days.
  LedgerSource source() {
    var fits =
        reference != Reference.REFERENCE_REQUEST
            && groups.isEmpty()
            && scope.conditions().isEmpty()
            && asOf.isEmpty()
            && Scope.begins(DAY, scope.start())
            && Scope.begins(DAY, scope.end());
    return fits ? LedgerSource.ROLLUP : LedgerSource.EVENTS;
  }
}

package dev.tollgate.query.compare;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.proto.query.v1.CompareModelsRequest;
import dev.tollgate.proto.query.v1.ModelCandidate;
import dev.tollgate.query.ask.AskedFields;
import dev.tollgate.query.scope.Condition;
import dev.tollgate.query.scope.Scope;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// What a caller wants to know about models, checked.
///
/// @param usage what is compared
/// @param pinned the caller's pins alone, over the same time
record CompareQuestion(Scope usage, Scope pinned, List<ModelCandidate> candidates) {
  private static final int CANDIDATES_MAX = 10;
  private static final Dimension PROVIDER = Dimension.of("provider").orElseThrow();
  private static final Dimension MODEL = Dimension.of("model").orElseThrow();

  /// What says which model a call was made of, and where that was.
  private static final Set<String> OF_A_MODEL = Set.of("provider", "model", "region", "endpoint");

  CompareQuestion {
    candidates = List.copyOf(candidates);
  }

  /// The question, or FIELD_INVALID with all that is wrong with it.
  static CompareQuestion read(CompareModelsRequest wire, Caller caller) {
    var asked = new AskedFields();
    var start = asked.time("start_time", wire.hasStartTime(), wire.getStartTime());
    var end = asked.time("end_time", wire.hasEndTime(), wire.getEndTime());
    var usage = asked.scope(caller, start, end, wire.getFiltersList());
    Candidates.check(asked.fields(), wire.getCandidatesList(), CANDIDATES_MAX);
    asked.check();
    // Good by now, as the same times were.
    var pinned = new AskedFields().scope(caller, start, end, List.of());
    return new CompareQuestion(usage, pinned, wire.getCandidatesList());
  }

  CompareQuestion within(Scope otherUsage, Scope otherPinned) {
    return new CompareQuestion(otherUsage, otherPinned, candidates);
  }

  /// Where a candidate itself was used: as the usage that is compared, but for which model that was
  /// of. What the caller's credential pins holds in any case.
  Scope observed(ModelCandidate candidate) {
    var conditions =
        Stream.of(
                usage.conditions().stream().filter(each -> !isOfModel(each)),
                pinned.conditions().stream().filter(CompareQuestion::isOfModel),
                Stream.of(
                    Condition.in(PROVIDER, List.of(candidate.getProvider())),
                    Condition.in(MODEL, List.of(candidate.getModel()))))
            .flatMap(each -> each)
            .toList();
    return usage.withConditions(conditions);
  }

  private static boolean isOfModel(Condition condition) {
    return OF_A_MODEL.contains(condition.dimension().name());
  }
}

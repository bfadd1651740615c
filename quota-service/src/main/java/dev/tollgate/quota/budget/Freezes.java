package dev.tollgate.quota.budget;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.control.Entry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Where freezes are made and undone. Both bind here when the call returns. Blocks; safe for
/// concurrent use.
final class Freezes {
  private static final int FREEZES_MAX = 1_000;

  private final Policies policies;

  Freezes(Policies policies) {
    this.policies = policies;
  }

  /// Writes a freeze, or finds the same one in force.
  Freeze create(Caller caller, Freeze freeze, Instant now) {
    requireWithinPins(caller, freeze.id(), freeze.selector().equal());
    policies.refresh();
    var freezes = policies.of(caller.tenant()).freezes();
    var known = freezes.get(freeze.id());
    if (known != null && known.isActive(now)) {
      if (known.statesAs(freeze)) {
        return known;
      }
      throw Failure.of(
          Reason.WRITE_CONFLICT,
          freeze.id() + ": there is a freeze of this id with another content; undo it first");
    }
    if (freezes.values().stream().filter(each -> each.isActive(now)).count() >= FREEZES_MAX) {
      throw Failure.of(
          Reason.LIMIT_REACHED,
          "the tenant has " + FREEZES_MAX + " freezes, the most there can be");
    }
    var id = Policies.FREEZE + freeze.id();
    return FreezeForm.stored(
        policies.write(
            caller.tenant(),
            id,
            policies.version(caller.tenant(), id),
            FreezeForm.json(freeze),
            caller.keyId()));
  }

  /// Undoes a freeze, or finds that it is not there.
  void delete(Caller caller, String freezeId) {
    policies.refresh();
    var known = policies.of(caller.tenant()).freezes().get(freezeId);
    if (known == null) {
      return;
    }
    requireWithinPins(caller, freezeId, known.selector().equal());
    requireWithinPins(caller, freezeId, known.pins());
    var id = Policies.FREEZE + freezeId;
    policies.write(caller.tenant(), id, policies.version(caller.tenant(), id), "", caller.keyId());
  }

  /// Those in force that the caller may see, by id.
  List<Freeze> list(Caller caller, Instant now) {
    policies.refresh();
    return policies.of(caller.tenant()).freezes().values().stream()
        .filter(freeze -> freeze.isActive(now) && caller.administers(freeze.selector().equal()))
        .toList();
  }

  /// That a freeze was made, or undone: then it is the one that was there before.
  record Change(Entry entry, Freeze freeze) {
    boolean isUndone() {
      return entry.content().isEmpty();
    }
  }

  /// The changes of a freeze that the caller may see, the newest first.
  List<Change> changes(Caller caller, String freezeId) {
    var changes = new ArrayList<Change>();
    for (var entry : policies.versions(caller.tenant(), Policies.FREEZE + freezeId)) {
      var freeze =
          entry.content().isEmpty() ? changes.getLast().freeze() : FreezeForm.stored(entry);
      changes.add(new Change(entry, freeze));
    }
    changes.removeIf(each -> !caller.administers(each.freeze().selector().equal()));
    return changes.reversed();
  }

  private static void requireWithinPins(Caller caller, String id, Map<String, String> bounds) {
    if (!caller.administers(bounds)) {
      throw Failure.of(
          Reason.DIMENSION_FORBIDDEN,
          "freeze %s: of or by who pins %s (expected: with what the credential pins: %s)"
              .formatted(id, bounds, caller.pins()));
    }
  }
}

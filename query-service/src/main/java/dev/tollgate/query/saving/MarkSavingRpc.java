package dev.tollgate.query.saving;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.query.v1.MarkSavingRequest;
import dev.tollgate.proto.query.v1.MarkSavingResponse;
import dev.tollgate.proto.query.v1.SavingState;
import dev.tollgate.query.scope.Scope;
import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;

/// `MarkSaving`: reads the request, writes it down.
public final class MarkSavingRpc {
  private static final Instant TIME_MIN = Instant.parse("2000-01-01T00:00:00Z");

  private final Marks marks;
  private final Supplier<Instant> now;

  public MarkSavingRpc(Marks marks, Supplier<Instant> now) {
    this.marks = marks;
    this.now = now;
  }

  public MarkSavingResponse answer(MarkSavingRequest request, Caller caller) {
    var mark = read(request, now.get());
    if (!caller.administers(Map.of())) {
      throw Failure.of(
          Reason.DIMENSION_FORBIDDEN,
          "savings are of the whole tenant (expected: a credential that pins nothing; this one pins "
              + caller.pins()
              + ")");
    }
    var written = marks.put(caller.tenant(), mark, caller.keyId());
    return MarkSavingResponse.newBuilder().setMark(written.print()).build();
  }

  private static Mark read(MarkSavingRequest request, Instant now) {
    var fields = new Fields();
    var kind = fields.specified("kind", request.getKind(), request.getKindValue());
    var work =
        new Work(
            fields.text("feature", request.getFeature(), 0, Fields.DIMENSION_VALUE_MAX),
            fields.text("provider", request.getProvider(), 1, Fields.DIMENSION_VALUE_MAX),
            fields.text("model", request.getModel(), 1, Fields.DIMENSION_VALUE_MAX));
    var state = fields.specified("state", request.getState(), request.getStateValue());
    var done = done(fields, request, state, now);
    fields.check();
    return new Mark(new Mark.Key(kind, work), state, now, done, "");
  }

  private static Instant done(
      Fields fields, MarkSavingRequest request, SavingState state, Instant now) {
    var isDone = state == SavingState.SAVING_STATE_DONE;
    if (!request.hasDoneTime()) {
      var slot = now.getEpochSecond() - now.getEpochSecond() % Scope.SLOT.toSeconds();
      return isDone ? Instant.ofEpochSecond(slot) : Instant.EPOCH;
    }
    var done = fields.instant("done_time", true, request.getDoneTime(), TIME_MIN, now);
    if (!isDone) {
      fields.reject("done_time", done.toString(), "none without DONE");
    } else if (!Scope.beginsSlot(done)) {
      fields.reject("done_time", done.toString(), "the beginning of a quarter of an hour");
    }
    return done;
  }
}

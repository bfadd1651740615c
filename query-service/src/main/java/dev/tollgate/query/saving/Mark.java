package dev.tollgate.query.saving;

import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.query.v1.MarkedSaving;
import dev.tollgate.proto.query.v1.SavingKind;
import dev.tollgate.proto.query.v1.SavingState;
import java.time.Instant;

/// What somebody said of a saving.
///
/// @param time when it was said
/// @param done from when on it is done; the epoch where it is not
/// @param actor the public name of the key that said it
record Mark(Key key, SavingState state, Instant time, Instant done, String actor) {
  /// Of which saving.
  record Key(SavingKind kind, Work work) {}

  boolean isDone() {
    return state == SavingState.SAVING_STATE_DONE;
  }

  MarkedSaving.Builder print() {
    var form =
        MarkedSaving.newBuilder()
            .setKind(key.kind())
            .setFeature(key.work().feature())
            .setProvider(key.work().provider())
            .setModel(key.work().model())
            .setState(state)
            .setMarkedTime(Times.timestamp(time))
            .setActor(actor);
    return isDone() ? form.setDoneTime(Times.timestamp(done)) : form;
  }
}

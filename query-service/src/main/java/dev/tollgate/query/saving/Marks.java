package dev.tollgate.query.saving;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.Timestamps;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.kernel.control.Entry;
import dev.tollgate.proto.query.v1.MarkedSaving;
import dev.tollgate.proto.query.v1.SavingState;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/// What tenants said of savings, all that was ever said. Blocks; safe for concurrent use, by any
/// number of processes.
public final class Marks {
  /// Of the control table.
  public static final String TABLE = "saving_marks";

  private static final int MARKS_MAX = 200;

  private final Supplier<ControlTable> table;

  public Marks(Supplier<ControlTable> table) {
    this.table = table;
  }

  /// What was said last of each, but for those that are open again.
  List<Mark> of(String tenant) {
    return table.get().latest(tenant).stream()
        .map(Marks::stored)
        .filter(mark -> mark.state() != SavingState.SAVING_STATE_OPEN)
        .toList();
  }

  /// Says it; time and actor are those of the store.
  ///
  /// @throws Failure LIMIT_REACHED, or WRITE_CONFLICT where somebody else does at the same time
  Mark put(String tenant, Mark mark, String actor) {
    var known = of(tenant);
    var isMore = known.stream().noneMatch(each -> each.key().equals(mark.key()));
    if (isMore && mark.state() != SavingState.SAVING_STATE_OPEN && known.size() >= MARKS_MAX) {
      throw Failure.of(Reason.LIMIT_REACHED, MARKS_MAX + " savings are done or dismissed");
    }
    var id = id(mark.key());
    var version = table.get().read(tenant, id).map(Entry::version).orElse(0L);
    return stored(table.get().append(tenant, id, version, content(mark), actor));
  }

  /* A name may hold anything, so each goes with its length. */
  private static String id(Mark.Key key) {
    var work = key.work();
    return "%s/%d/%s/%d/%s/%s"
        .formatted(
            key.kind().name(),
            work.feature().length(),
            work.feature(),
            work.provider().length(),
            work.provider(),
            work.model());
  }

  private static String content(Mark mark) {
    try {
      var form = mark.print().clearMarkedTime().clearActor();
      return JsonFormat.printer().omittingInsignificantWhitespace().print(form);
    } catch (InvalidProtocolBufferException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Mark stored(Entry entry) {
    try {
      var form = MarkedSaving.newBuilder();
      JsonFormat.parser().ignoringUnknownFields().merge(entry.content(), form);
      var work = new Work(form.getFeature(), form.getProvider(), form.getModel());
      return new Mark(
          new Mark.Key(form.getKind(), work),
          form.getState(),
          entry.writeTime(),
          Instant.ofEpochMilli(Timestamps.toMillis(form.getDoneTime())),
          entry.actor());
    } catch (InvalidProtocolBufferException damaged) {
      throw new IllegalStateException("saving mark " + entry.tenant() + "/" + entry.id(), damaged);
    }
  }
}

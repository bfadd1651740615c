package dev.tollgate.ingest.reprice;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.kernel.control.Entry;
import dev.tollgate.proto.ingest.v1.GetRepricingResponse;
import dev.tollgate.proto.ingest.v1.Repricing;
import dev.tollgate.proto.ingest.v1.RepricingMode;
import dev.tollgate.proto.ingest.v1.RepricingState;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// All repricings, in the control tables `control_repricings` and, once they have ended,
/// `control_repricing_deltas`: lists need not read the deltas. Blocking; safe for concurrent use.
final class StoredRepricings {
  /// A repricing, and whose it is; the tenant is empty for the installation's.
  record Held(String tenant, Repricing repricing) {}

  static final String TABLE = "repricings";
  static final String DELTA_TABLE = "repricing_deltas";
  private static final int OPEN_MAX = 10;
  private static final int ATTEMPTS_MAX = 20;

  private final ControlTable table;
  private final ControlTable deltas;

  StoredRepricings(ControlTable table, ControlTable deltas) {
    this.table = table;
    this.deltas = deltas;
  }

  /// Idempotent with the same content.
  ///
  /// @throws Failure REQUEST_ID_REUSED, LIMIT_REACHED
  Repricing create(String tenant, Repricing asked, String actor) {
    var known = find(tenant, asked.getRepricingId());
    if (known.isPresent()) {
      return sameAs(asked, known.get());
    }
    if (list(tenant).stream().filter(StoredRepricings::isOpen).count() >= OPEN_MAX) {
      throw Failure.of(
          Reason.LIMIT_REACHED, OPEN_MAX + " repricings have not ended (expected: fewer)");
    }
    try {
      return repricing(table.append(tenant, asked.getRepricingId(), 0, json(asked), actor));
    } catch (Failure lost) {
      if (lost.reason() != Reason.WRITE_CONFLICT) {
        throw lost;
      }
      return sameAs(asked, get(tenant, asked.getRepricingId()));
    }
  }

  private static Repricing sameAs(Repricing asked, Repricing known) {
    if (!content(asked).equals(content(known))) {
      throw Failure.of(
          Reason.REQUEST_ID_REUSED,
          asked.getRepricingId() + ": there is a repricing of that id with another content");
    }
    return known;
  }

  private static Repricing content(Repricing repricing) {
    return Repricing.newBuilder()
        .setStartTime(repricing.getStartTime())
        .setEndTime(repricing.getEndTime())
        .setProvider(repricing.getProvider())
        .setModelPattern(repricing.getModelPattern())
        .setDryRun(repricing.getDryRun())
        .setMode(repricing.getMode())
        .build();
  }

  /// @throws Failure REPRICING_UNKNOWN
  Repricing get(String tenant, String id) {
    return find(tenant, id)
        .orElseThrow(() -> Failure.of(Reason.REPRICING_UNKNOWN, id + ": no such repricing"));
  }

  private Optional<Repricing> find(String tenant, String id) {
    return table.read(tenant, id).map(StoredRepricings::repricing);
  }

  /// A change of it says that something was written.
  long size() {
    return table.size();
  }

  /// By id.
  List<Repricing> list(String tenant) {
    return table.latest(tenant).stream().map(StoredRepricings::repricing).toList();
  }

  /// Those of all tenants that this log's server has to run and that have not ended: the running
  /// one first, then the oldest.
  List<Held> open(String logId) {
    return table.latest().stream()
        .map(entry -> new Held(entry.tenant(), repricing(entry)))
        .filter(held -> isOpen(held.repricing()) && held.repricing().getLogId().equals(logId))
        .sorted(StoredRepricings::byTurn)
        .toList();
  }

  private static int byTurn(Held one, Held other) {
    var byState = other.repricing().getState().compareTo(one.repricing().getState());
    return byState != 0
        ? byState
        : Times.instant(one.repricing().getCreateTime())
            .compareTo(Times.instant(other.repricing().getCreateTime()));
  }

  /// Changes the newest version, whatever others write meanwhile; where nothing changes it writes
  /// nothing.
  ///
  /// @throws Failure REPRICING_UNKNOWN, or WRITE_CONFLICT where others write without end
  Repricing update(String tenant, String id, String actor, UnaryOperator<Repricing> change) {
    for (int attempt = 1; ; attempt++) {
      var newest =
          table
              .read(tenant, id)
              .orElseThrow(() -> Failure.of(Reason.REPRICING_UNKNOWN, id + ": no such repricing"));
      var before = repricing(newest);
      var after = change.apply(before);
      if (after.equals(before)) {
        return before;
      }
      try {
        return repricing(table.append(tenant, id, newest.version(), json(after), actor));
      } catch (Failure lost) {
        if (lost.reason() != Reason.WRITE_CONFLICT || attempt >= ATTEMPTS_MAX) {
          throw lost;
        }
      }
    }
  }

  /// Keeps what one changed that ends; a second writing of it is dropped.
  void keepChanges(String tenant, String id, Tally tally, String actor) {
    var content = json(changes(tally));
    var version = deltas.read(tenant, id).map(Entry::version).orElse(0L);
    deltas.append(tenant, id, version, content, actor);
  }

  /// Its deltas and moves, and nothing else.
  GetRepricingResponse changes(String tenant, String id) {
    return deltas
        .read(tenant, id)
        .map(entry -> read(entry, GetRepricingResponse.newBuilder()).build())
        .orElse(GetRepricingResponse.getDefaultInstance());
  }

  static GetRepricingResponse changes(Tally tally) {
    return GetRepricingResponse.newBuilder()
        .addAllDeltas(tally.deltas())
        .addAllMoves(tally.moves())
        .build();
  }

  static boolean isOpen(Repricing repricing) {
    return repricing.getState() == RepricingState.REPRICING_STATE_PENDING
        || repricing.getState() == RepricingState.REPRICING_STATE_RUNNING;
  }

  /* Those that an earlier release stored name no mode. */
  private static Repricing repricing(Entry entry) {
    var repricing = read(entry, Repricing.newBuilder());
    return repricing.getMode() == RepricingMode.REPRICING_MODE_UNSPECIFIED
        ? repricing.setMode(RepricingMode.REPRICING_MODE_PRICES).build()
        : repricing.build();
  }

  private static <B extends Message.Builder> B read(Entry entry, B form) {
    try {
      JsonFormat.parser().ignoringUnknownFields().merge(entry.content(), form);
      return form;
    } catch (InvalidProtocolBufferException damaged) {
      throw new IllegalStateException(
          "repricing " + entry.tenant() + "/" + entry.id() + " can't be read", damaged);
    }
  }

  private static String json(Message message) {
    try {
      return JsonFormat.printer().omittingInsignificantWhitespace().print(message);
    } catch (InvalidProtocolBufferException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}

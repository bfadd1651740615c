package dev.tollgate.query.anomaly;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.control.Entry;
import dev.tollgate.kernel.control.LateControlTable;
import dev.tollgate.proto.query.v1.Anomaly;
import dev.tollgate.query.ledger.HourMarks;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/// The anomalies that were found, each in all its versions, and up to where was looked. Blocks;
/// safe for concurrent use, by any number of processes.
public final class Anomalies {
  /* An anomaly is named by what it is of and when it began: whoever finds it again writes the same
  one, and of several only one has an effect. */
  private static final String ACTOR = "anomalies";

  private final LateControlTable table;
  private final HourMarks marks;

  private Anomalies(LateControlTable table, HourMarks marks) {
    this.table = table;
    this.marks = marks;
  }

  public static Anomalies open(ClickHouse clickHouse) {
    return new Anomalies(
        new LateControlTable(clickHouse, "anomalies"),
        new HourMarks(new LateControlTable(clickHouse, "anomaly_marks"), ACTOR));
  }

  /// Those that began from `start` to before `end`, the earliest first, after the given id.
  ///
  /// @param after empty for the first ones
  List<Anomaly> list(String tenant, Instant start, Instant end, String after, int most) {
    var from = after.isEmpty() ? prefix(start) : after + " ";
    return table.get().latest(tenant, from, prefix(end), most).stream()
        .map(Anomalies::read)
        .toList();
  }

  /// Where the ids of those start that begin then or later: all begin with an hour.
  static String prefix(Instant start) {
    var hour = start.truncatedTo(ChronoUnit.HOURS);
    return (hour.equals(start) ? hour : hour.plus(1, ChronoUnit.HOURS)).toString();
  }

  /// Keeps it as it is now; nothing happens where it is kept so, or somebody else was faster.
  void put(String tenant, Anomaly anomaly) {
    var known = table.get().read(tenant, anomaly.getAnomalyId());
    var content = json(anomaly);
    if (known.map(Entry::content).filter(content::equals).isEmpty()) {
      unlessBeaten(() ->
          table
              .get()
              .append(
                  tenant,
                  anomaly.getAnomalyId(),
                  known.map(Entry::version).orElse(0L),
                  content,
                  ACTOR));
    }
  }

  /// The hours that were looked at when they were complete.
  HourMarks marks() {
    return marks;
  }

  private static void unlessBeaten(Runnable write) {
    try {
      write.run();
    } catch (Failure failed) {
      if (failed.reason() != Reason.WRITE_CONFLICT) {
        throw failed;
      }
    }
  }

  private static Anomaly read(Entry entry) {
    var anomaly = Anomaly.newBuilder();
    try {
      JsonFormat.parser().ignoringUnknownFields().merge(entry.content(), anomaly);
    } catch (InvalidProtocolBufferException damaged) {
      throw new IllegalStateException(entry.id(), damaged);
    }
    return anomaly.build();
  }

  private static String json(Anomaly anomaly) {
    try {
      return JsonFormat.printer().omittingInsignificantWhitespace().print(anomaly);
    } catch (InvalidProtocolBufferException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}

package dev.tollgate.cli.backfill;

import dev.tollgate.cli.standalone.Problem;
import dev.tollgate.client.TollgateException;
import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.proto.ingest.v1.BackfillUsageRequest;
import dev.tollgate.proto.ingest.v1.BackfillUsageResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/// Reads files of past usage row by row, and sends them batch by batch. Begun anew after any end,
/// it changes nothing that is there: a row always has the same event id.
public final class Backfill {
  private static final int EVENTS_MAX = 500;
  private static final int BYTES_MAX = 1 << 20;
  private static final int ATTEMPTS_MAX = 60;
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(10);

  /// How files are read, and what for.
  ///
  /// @param format empty where it is told from each file
  /// @param dimensions which field of a row says which dimension, besides what its format says
  /// @param isDryRun whether nothing is recorded
  public record Options(
      Optional<Format> format, Map<String, Dimension> dimensions, boolean isDryRun) {}

  private record Pending(long line, PastUsage usage) {}

  private final Options options;
  private final Function<BackfillUsageRequest, BackfillUsageResponse> ingest;
  private final Tally tally;
  private final Consumer<Duration> pause;
  private final List<Pending> pending = new ArrayList<>();
  private int pendingBytes;

  /// @param pause waits; a way to end it all is to throw
  public Backfill(
      Options options,
      Function<BackfillUsageRequest, BackfillUsageResponse> ingest,
      Tally tally,
      Consumer<Duration> pause) {
    this.options = options;
    this.ingest = ingest;
    this.tally = tally;
    this.pause = pause;
  }

  /// Sends all of the file. What is wrong with single rows is in the tally.
  ///
  /// @throws Problem where the file can't be read, or is of no known format
  public void send(Path file) {
    try (var rows = SourceFile.open(file)) {
      var format = options.format();
      for (var read = rows.next(); read.isPresent(); read = rows.next()) {
        tally.row();
        switch (read.get()) {
          case Rows.Read.Unreadable(var line, var why) -> tally.invalid(file, line, why);
          case Rows.Read.Row(var row) -> {
            if (format.isEmpty()) {
              format = Optional.of(formatOf(file, row));
            }
            take(file, format.get().source(), row);
          }
        }
      }
      flush(file);
    } catch (IOException unreadable) {
      throw SourceFile.unreadable(file, unreadable);
    }
  }

  private static Format formatOf(Path file, SourceRow row) {
    return Format.like(row)
        .orElseThrow(() ->
            new Problem("can't tell the format of " + file + " from its first row: give --format"));
  }

  private void take(Path file, Source source, SourceRow row) {
    row.fields()
        .fieldNames()
        .forEachRemaining(column -> {
          if (!source.knows(column) && !options.dimensions().containsKey(column)) {
            throw new Problem(
                "%s has a column \"%s\", which says nothing here: leave it out, or say what it is"
                        .formatted(file, column)
                    + " with --map (did you mean "
                    + Dimension.nearest(column)
                    + "?)");
          }
        });
    var past = source.read(row);
    if (past.isEmpty()) {
      tally.skipped();
      return;
    }
    if (!row.mistakes().isEmpty()) {
      tally.invalid(file, row.line(), String.join("; ", row.mistakes()));
      return;
    }
    options
        .dimensions()
        .forEach((column, dimension) -> {
          var value = row.text(column);
          if (!value.isEmpty()) {
            dimension.write(past.get().event().getDimensionsBuilder(), PastUsage.fit(value));
          }
        });
    pending.add(new Pending(row.line(), past.get()));
    pendingBytes += past.get().event().build().getSerializedSize();
    if (pending.size() == EVENTS_MAX || pendingBytes >= BYTES_MAX) {
      flush(file);
    }
  }

  private void flush(Path file) {
    if (pending.isEmpty()) {
      return;
    }
    var request = BackfillUsageRequest.newBuilder().setValidateOnly(options.isDryRun());
    pending.forEach(each -> request.addEvents(each.usage.event()));
    var results = sent(request.build()).getResultsList();
    for (int i = 0; i < results.size(); i++) {
      tally.result(file, pending.get(i).line, pending.get(i).usage, results.get(i));
    }
    pending.clear();
    pendingBytes = 0;
  }

  /* What was taken before a failure comes back as a duplicate. */
  private BackfillUsageResponse sent(BackfillUsageRequest request) {
    for (int attempt = 1; ; attempt++) {
      try {
        return ingest.apply(request);
      } catch (TollgateException failure) {
        if (!failure.retryable() || attempt == ATTEMPTS_MAX) {
          throw failure;
        }
        var wait = failure.retryAfter().orElse(PAUSE);
        pause.accept(wait.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : wait);
      }
    }
  }
}

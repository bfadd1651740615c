package dev.tollgate.ingest.log;

import dev.tollgate.time.FakeTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Logs for tests, and what lies in them.
final class Logs {
  static final Instant START = Instant.parse("2026-08-01T00:00:00Z");
  static final Map<String, List<String>> COLUMNS =
      Map.of(Entry.USAGE_TABLE, List.of("tenant_id", "event_id"));

  private static final long SEGMENT_BYTES = 1 << 20;
  private static final long BYTES_MAX = 1L << 40;

  private Logs() {}

  static LogSettings settings(Path dir) {
    return new LogSettings(dir, SEGMENT_BYTES, BYTES_MAX, 0);
  }

  static SegmentLog open(Path dir) throws IOException {
    return open(settings(dir), new ArrayList<>());
  }

  static SegmentLog open(LogSettings settings, List<Logged> replayed) throws IOException {
    return SegmentLog.open(
        settings,
        COLUMNS,
        new FakeTime(START),
        () -> new SegmentLog.Birth("log-a", Long.MIN_VALUE),
        replayed::add);
  }

  /// Opens and closes the log, and returns what lay in it.
  static List<Logged> replay(Path dir) throws IOException {
    var replayed = new ArrayList<Logged>();
    open(settings(dir), replayed).close();
    return replayed;
  }

  static Entry.Usage usage(String eventId, int rowBytes) {
    return new Entry.Usage(
        "acme",
        eventId,
        new Fingerprint(1, eventId.hashCode()),
        START.toEpochMilli(),
        START.toEpochMilli() - 1_000,
        new Entry.Debit("", false, "USD", 12, 34, 5, 6, new byte[] {7, 8}),
        eventId.repeat(rowBytes / eventId.length() + 1).getBytes(StandardCharsets.UTF_8));
  }

  static Entry.Fact fact(String kind, String id, long eventMillis) {
    return new Entry.Fact(
        kind,
        "acme",
        id,
        new Fingerprint(2, id.hashCode()),
        START.toEpochMilli(),
        eventMillis,
        id.getBytes(StandardCharsets.UTF_8));
  }

  static List<String> eventIds(List<Logged> logged) {
    var ids = new ArrayList<String>();
    for (var each : logged) {
      if (each.entry() instanceof Entry.Usage usage) {
        ids.add(usage.eventId());
      }
    }
    return ids;
  }

  static List<Path> segments(Path dir) throws IOException {
    try (var files = Files.list(dir)) {
      return files.filter(file -> file.toString().endsWith(".log")).sorted().toList();
    }
  }

  /// The log's directory as a crash at this moment would leave it.
  static Path copy(Path dir, Path to) throws IOException {
    Files.createDirectories(to);
    for (var file : segments(dir)) {
      Files.copy(file, to.resolve(file.getFileName()));
    }
    return to;
  }
}

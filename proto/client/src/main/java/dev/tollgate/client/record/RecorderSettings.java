package dev.tollgate.client.record;

import dev.tollgate.client.UsageStreamSettings;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How a `UsageRecorder` keeps events.
public final class RecorderSettings {
  /// In memory, at most 10,000 events or 16 MiB; `record` waits up to 250 ms for room, `close` up
  /// to 10 s for answers.
  public static final RecorderSettings DEFAULT =
      new RecorderSettings(
          UsageStreamSettings.DEFAULT
              .withSendWait(Duration.ofMillis(250))
              .withDrainWait(Duration.ofSeconds(10)),
          null);

  private final UsageStreamSettings stream;
  private final @Nullable SpoolSettings spool;

  private RecorderSettings(UsageStreamSettings stream, @Nullable SpoolSettings spool) {
    this.stream = stream;
    this.spool = spool;
  }

  /// Bounds of the memory; `sendWait` is how long `record` waits for room, `drainWait` how long
  /// `close` waits for answers.
  public UsageStreamSettings stream() {
    return stream;
  }

  public Optional<SpoolSettings> spool() {
    return Optional.ofNullable(spool);
  }

  public RecorderSettings withStream(UsageStreamSettings settings) {
    return new RecorderSettings(settings, spool);
  }

  /// With it, `record` returns once the event is in a file, and a crash loses nothing.
  public RecorderSettings withSpool(SpoolSettings settings) {
    return new RecorderSettings(stream, settings);
  }
}

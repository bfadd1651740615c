package dev.tollgate.client.record;

import java.nio.file.Path;

/// Where usage waits on disk, and how much of it.
///
/// @param directory of this client alone, made where it is missing. What an earlier client left
///   there is sent with the key of this one
/// @param bytesMax how much disk it may take; what does not fit is kept in memory
/// @param segmentBytes when a file is full and the next one is begun; a file is deleted once
///   everything in it is answered, so this is also about how much is sent again after a crash
/// @param fsync whether an event that was taken survives a power cut, too. A killed process loses
///   nothing either way
public record SpoolSettings(Path directory, long bytesMax, int segmentBytes, boolean fsync) {
  private static final int SEGMENT_BYTES_MIN = 1 << 10;

  public SpoolSettings {
    if (segmentBytes < SEGMENT_BYTES_MIN || bytesMax < segmentBytes) {
      throw new IllegalArgumentException(
          "segmentBytes: %d, bytesMax: %d (expected: %d <= segmentBytes <= bytesMax)"
              .formatted(segmentBytes, bytesMax, SEGMENT_BYTES_MIN));
    }
  }

  /// Up to 256 MiB in files of 1 MiB, written without waiting for the disk.
  public static SpoolSettings in(Path directory) {
    return new SpoolSettings(directory, 256 << 20, 1 << 20, false);
  }

  public SpoolSettings withBytesMax(long bytes) {
    return new SpoolSettings(directory, bytes, segmentBytes, fsync);
  }

  public SpoolSettings withSegmentBytes(int bytes) {
    return new SpoolSettings(directory, bytesMax, bytes, fsync);
  }

  /// Makes taking an event wait for the disk; events taken at once share one wait.
  public SpoolSettings withFsync() {
    return new SpoolSettings(directory, bytesMax, segmentBytes, true);
  }
}

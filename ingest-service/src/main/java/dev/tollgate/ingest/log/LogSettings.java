package dev.tollgate.ingest.log;

import java.nio.file.Path;

/// How the log uses its disk.
///
/// @param dir holds nothing but the log, and what was set aside of it
/// @param segmentBytes a segment that is larger is followed by a new one
/// @param bytesMax the log takes no more events when it is larger
/// @param freeBytesMin the log takes no more events when the disk has less left
/// @param bytesPause who can wait should when it is larger
/// @param freeBytesPause who can wait should when the disk has less left
public record LogSettings(
    Path dir,
    long segmentBytes,
    long bytesMax,
    long freeBytesMin,
    long bytesPause,
    long freeBytesPause) {
  private static final int PAUSE_PERCENT = 90;

  /// One in which who can wait does at the usual marks.
  public LogSettings(Path dir, long segmentBytes, long bytesMax, long freeBytesMin) {
    this(
        dir,
        segmentBytes,
        bytesMax,
        freeBytesMin,
        bytesMax / 100 * PAUSE_PERCENT,
        2 * freeBytesMin);
  }
}

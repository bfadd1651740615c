package dev.tollgate.client.record;

import dev.tollgate.client.TollgateException;
import dev.tollgate.proto.ingest.v1.EventResult;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import java.io.IOException;
import java.nio.file.Path;

/// Whom the client tells what becomes of usage: for metrics and alarms. Called on the client's
/// threads, concurrently: it must not block. What it throws is ignored.
public interface RecorderListener {
  /// Hears nothing.
  RecorderListener NONE = new RecorderListener() {};

  /// The server answered: ACCEPTED, DUPLICATE, or CONFLICT and INVALID, which are not counted.
  default void answered(UsageEvent event, EventResult result) {}

  /// A connection ended while usage waits: it is sent again, over another one. While the server is
  /// away, or does not know the key, this comes every few seconds.
  default void interrupted(TollgateException why) {}

  /// The server refused the request that carried the event, for good. With a spool the event stays
  /// there and is sent again by the next client of that directory; without one it is lost.
  default void refused(UsageEvent event, TollgateException why) {}

  /// The event is lost: there was no room for it.
  default void dropped(UsageEvent event) {}

  /// The spool could not be written or read; events are kept in memory meanwhile.
  default void spoolFailed(IOException why) {}

  /// What lies in the file from the offset on was not understood. The file is kept, as
  /// `<name>.damaged`, once all that was understood is answered.
  default void spoolDamaged(Path file, long offset) {}
}

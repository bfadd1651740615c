package dev.tollgate.client.meter;

import dev.tollgate.client.TollgateException;
import dev.tollgate.client.record.RecorderListener;
import java.time.Duration;

/// Whom `Metering` tells what happens: for metrics and alarms. Called on the thread of the caller
/// and on those of the client, concurrently: it must not block. What it throws is ignored.
public interface MeteringListener extends RecorderListener {
  /// Hears nothing.
  MeteringListener NONE = new MeteringListener() {};

  /// A check was answered within the limit.
  default void checked(boolean passed, Duration took) {}

  /// A call could not be checked and is made all the same.
  default void unchecked(ModelCall call, TollgateException why) {}

  /// A call could not be checked and is not made.
  default void stopped(ModelCall call, TollgateException why) {}

  /// A hold could not be prolonged. The call goes on; its usage settles the hold, whatever its
  /// state.
  default void notExtended(ModelCall call, TollgateException why) {}
}

package dev.tollgate.client.meter;

import dev.tollgate.client.TollgateException;
import dev.tollgate.proto.ingest.v1.EventResult;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/// A listener whose exceptions harm nobody. (The recorder sees to that for what it tells itself.)
record SafeListener(MeteringListener listener) implements MeteringListener {
  @Override
  public void checked(boolean passed, Duration took) {
    tell(() -> listener.checked(passed, took));
  }

  @Override
  public void unchecked(ModelCall call, TollgateException why) {
    tell(() -> listener.unchecked(call, why));
  }

  @Override
  public void stopped(ModelCall call, TollgateException why) {
    tell(() -> listener.stopped(call, why));
  }

  @Override
  public void notExtended(ModelCall call, TollgateException why) {
    tell(() -> listener.notExtended(call, why));
  }

  @Override
  public void answered(UsageEvent event, EventResult result) {
    listener.answered(event, result);
  }

  @Override
  public void interrupted(TollgateException why) {
    listener.interrupted(why);
  }

  @Override
  public void refused(UsageEvent event, TollgateException why) {
    listener.refused(event, why);
  }

  @Override
  public void dropped(UsageEvent event) {
    listener.dropped(event);
  }

  @Override
  public void spoolFailed(IOException why) {
    listener.spoolFailed(why);
  }

  @Override
  public void spoolDamaged(Path file, long offset) {
    listener.spoolDamaged(file, offset);
  }

  private static void tell(Runnable word) {
    try {
      word.run();
    } catch (RuntimeException ignored) {
      // As the interface says.
    }
  }
}

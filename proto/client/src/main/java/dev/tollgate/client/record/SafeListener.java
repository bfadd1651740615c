package dev.tollgate.client.record;

import dev.tollgate.client.TollgateException;
import dev.tollgate.proto.ingest.v1.EventResult;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import java.io.IOException;
import java.nio.file.Path;

/// A listener whose exceptions harm nobody.
record SafeListener(RecorderListener listener) implements RecorderListener {
  @Override
  public void answered(UsageEvent event, EventResult result) {
    tell(() -> listener.answered(event, result));
  }

  @Override
  public void interrupted(TollgateException why) {
    tell(() -> listener.interrupted(why));
  }

  @Override
  public void refused(UsageEvent event, TollgateException why) {
    tell(() -> listener.refused(event, why));
  }

  @Override
  public void dropped(UsageEvent event) {
    tell(() -> listener.dropped(event));
  }

  @Override
  public void spoolFailed(IOException why) {
    tell(() -> listener.spoolFailed(why));
  }

  @Override
  public void spoolDamaged(Path file, long offset) {
    tell(() -> listener.spoolDamaged(file, offset));
  }

  private static void tell(Runnable word) {
    try {
      word.run();
    } catch (RuntimeException ignored) {
      // As the interface says.
    }
  }
}

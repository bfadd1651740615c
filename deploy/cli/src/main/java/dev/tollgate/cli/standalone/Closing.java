package dev.tollgate.cli.standalone;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Closes several things in the reverse order of their start, each whatever became of the others.
final class Closing {
  private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

  private Closing() {}

  static void all(List<AutoCloseable> started) {
    for (var part : started.reversed()) {
      try {
        part.close();
      } catch (Exception failed) {
        LOG.warn("{} did not close", part.getClass().getSimpleName(), failed);
      }
    }
    started.clear();
  }
}

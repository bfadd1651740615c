package dev.tollgate.seed;

import java.util.Random;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.NullMarked;

/// Runs a property under many fixed seeds and names the one that breaks it.
///
/// `-Dseed=7` reruns that one alone; `-Dtollgate.long=true` takes the long count. Every run prints
/// the count that it used.
@NullMarked
public final class Seeds {
  /// What must hold for every seed.
  public interface Property {
    void holds(long seed, RandomGenerator random) throws Exception;
  }

  private Seeds() {}

  /// How many rounds this run asks for.
  public static int count(int usual, int full) {
    return Boolean.getBoolean("tollgate.long") ? full : usual;
  }

  /// Checks the property for the seeds from 0 to the count.
  public static void check(String name, int usual, int full, Property property) {
    var only = Long.getLong("seed");
    if (only != null) {
      checkOne(name, only, property);
      return;
    }
    var count = count(usual, full);
    System.out.println("[seeds] " + name + ": " + count + " seeds (long run: " + full + ")");
    for (long seed = 0; seed < count; seed++) {
      checkOne(name, seed, property);
    }
  }

  private static void checkOne(String name, long seed, Property property) {
    try {
      property.holds(seed, new Random(seed));
    } catch (Throwable failure) {
      throw new AssertionError(name + " fails; rerun with -Dseed=" + seed, failure);
    }
  }
}

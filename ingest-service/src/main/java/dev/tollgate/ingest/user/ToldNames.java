package dev.tollgate.ingest.user;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Optional;

/// Names that the log was told, with their surrogates: those in use lately, so many at most. Safe
/// for concurrent use.
final class ToldNames {
  private static final int MOST = 100_000;

  private record Name(String tenant, String name) {}

  private final Cache<Name, String> surrogates;

  ToldNames() {
    this(MOST);
  }

  ToldNames(int most) {
    this.surrogates = Caffeine.newBuilder().maximumSize(most).build();
  }

  Optional<String> surrogate(String tenant, String name) {
    return Optional.ofNullable(surrogates.getIfPresent(new Name(tenant, name)));
  }

  void add(String tenant, String name, String surrogate) {
    surrogates.put(new Name(tenant, name), surrogate);
  }

  /// How many there are, once those are gone that are too many.
  long size() {
    surrogates.cleanUp();
    return surrogates.estimatedSize();
  }
}

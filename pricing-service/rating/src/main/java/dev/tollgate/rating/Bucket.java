package dev.tollgate.rating;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A kind of unit that a call consumes. Buckets are disjoint: no token is in two of them.
public enum Bucket {
  INPUT(Kind.INPUT),
  INPUT_TEXT(Kind.INPUT, INPUT),
  INPUT_AUDIO(Kind.INPUT),
  INPUT_IMAGE(Kind.INPUT, INPUT),
  INPUT_VIDEO(Kind.INPUT, INPUT),
  CACHE_READ(Kind.CACHE_READ),
  CACHE_READ_TEXT(Kind.CACHE_READ, CACHE_READ),
  CACHE_READ_AUDIO(Kind.CACHE_READ),
  CACHE_READ_IMAGE(Kind.CACHE_READ, CACHE_READ),
  CACHE_READ_VIDEO(Kind.CACHE_READ, CACHE_READ),
  CACHE_WRITE(Kind.CACHE_WRITE),
  CACHE_WRITE_5M(Kind.CACHE_WRITE, CACHE_WRITE),
  CACHE_WRITE_1H(Kind.CACHE_WRITE),
  OUTPUT(Kind.OUTPUT),
  OUTPUT_TEXT(Kind.OUTPUT, OUTPUT),
  OUTPUT_AUDIO(Kind.OUTPUT),
  OUTPUT_IMAGE(Kind.OUTPUT),
  OUTPUT_VIDEO(Kind.OUTPUT),
  REASONING(Kind.REASONING, OUTPUT),
  /// Tokens of the sources that a search model quotes to itself: they have a price, but the model
  /// alone decides how many, so they count neither as input nor as output.
  CITATION(Kind.OTHER),
  REQUEST(Kind.OTHER),
  WEB_SEARCH(Kind.OTHER),
  RERANK_SEARCH(Kind.OTHER),
  PAGE(Kind.OTHER),
  ANNOTATED_PAGE(Kind.OTHER),
  SECOND(Kind.OTHER),
  CHARACTER(Kind.OTHER),
  IMAGE(Kind.OTHER),
  SESSION(Kind.OTHER),
  TOKEN_HOUR(Kind.OTHER),
  PROVIDER_TICKS(Kind.OTHER);

  /// What a bucket counts towards in a usage's totals.
  public enum Kind {
    INPUT,
    CACHE_READ,
    CACHE_WRITE,
    OUTPUT,
    REASONING,
    OTHER;

    /// Whether it counts as input: fresh, read from the cache or written to it.
    public boolean isInput() {
      return this == INPUT || this == CACHE_READ || this == CACHE_WRITE;
    }

    /// Whether it counts as output: answer or reasoning.
    public boolean isOutput() {
      return this == OUTPUT || this == REASONING;
    }
  }

  private static final Map<String, Bucket> BY_NAME = new HashMap<>();

  static {
    for (var bucket : values()) {
      BY_NAME.put(bucket.bucketName, bucket);
    }
  }

  private final Kind kind;
  private final @Nullable Bucket fallback;
  private final String bucketName = name().toLowerCase(Locale.ROOT);

  Bucket(Kind kind) {
    this.kind = kind;
    this.fallback = null;
  }

  Bucket(Kind kind, Bucket fallback) {
    this.kind = kind;
    this.fallback = fallback;
  }

  /// The bucket with this name in usages and price books.
  public static Optional<Bucket> of(String bucketName) {
    return Optional.ofNullable(BY_NAME.get(bucketName));
  }

  /// Its name in usages and price books: `cache_read`.
  public String bucketName() {
    return bucketName;
  }

  public Kind kind() {
    return kind;
  }

  /// Where it lies in arrays by bucket; never stored and never sent.
  @SuppressWarnings("EnumOrdinal")
  int slot() {
    return ordinal();
  }

  /// The bucket whose price it has where a model lists none of its own; null where it then is
  /// unpriced.
  @Nullable Bucket fallback() {
    return fallback;
  }

  @Override
  public String toString() {
    return bucketName;
  }
}

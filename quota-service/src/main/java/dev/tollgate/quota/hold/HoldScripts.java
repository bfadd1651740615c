package dev.tollgate.quota.hold;

import dev.tollgate.quota.redis.RedisScripts;
import dev.tollgate.quota.redis.Script;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The scripts that holds consist of, from `lua/`.
public final class HoldScripts {
  private static final Script BATCH =
      script("batch", "record", "table", "reserve", "settle", "release", "extend", "batch");
  static final Script APPLY = script("apply", "record", "table", "apply");
  static final Script EXPIRE = script("expire", "record", "table", "expire");
  static final Script SEED = script("seed", "record", "table", "seed");
  static final Script HEAD = script("head", "record", "head");
  static final Script BEAT = script("beat", "record", "beat");
  static final Script INDEX = script("index", "record", "index");
  static final Script STAND = script("stand", "record", "stand");

  /// For the match book.
  public static final Script MATCHES = script("matches", "matches");

  /// What a Redis must be connected with.
  public static final RedisScripts ALL =
      new RedisScripts(BATCH, List.of(APPLY, EXPIRE, SEED, HEAD, BEAT, INDEX, STAND, MATCHES));

  private HoldScripts() {}

  private static Script script(String name, String... files) {
    var text = new StringBuilder();
    for (var file : files) {
      text.append(resource("/lua/" + file + ".lua")).append('\n');
    }
    return new Script(name, text.toString());
  }

  private static String resource(String path) {
    try (@Nullable InputStream in = HoldScripts.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException("missing resource: " + path);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

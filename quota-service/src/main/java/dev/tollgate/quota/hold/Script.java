package dev.tollgate.quota.hold;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The verbs of the store, one Lua script each: `lua/<verb>.lua`, behind `lua/record.lua`.
enum Script {
  RESERVE,
  SETTLE,
  RELEASE,
  APPLY,
  EXPIRE,
  STAND;

  private final String text = resource("record") + "\n" + resource(name().toLowerCase(Locale.ROOT));

  String text() {
    return text;
  }

  private static String resource(String name) {
    var path = "/lua/" + name + ".lua";
    try (@Nullable InputStream in = Script.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException("missing resource: " + path);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.tollgate.quota.access;

import dev.tollgate.kernel.field.Fields;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;

/// Which part of a list, in the order of ids, a caller asks for: what comes after an id. The token
/// is that id in base64, so that a page stays right when things are added meanwhile.
public record Page(int size, String after) {
  private static final int SIZE_DEFAULT = 100;
  private static final int SIZE_MAX = 1_000;
  private static final int TOKEN_MAX = 256;

  /// Part of a list, and the token of what follows it; empty at the end.
  public record Cut<T>(List<T> items, String nextToken) {}

  public static Page of(Fields fields, int size, String token) {
    var checked = (int) fields.count("page_size", size, 0, SIZE_MAX);
    return new Page(checked == 0 ? SIZE_DEFAULT : checked, decoded(fields, token));
  }

  /// The list must be in the order of ids.
  public <T> Cut<T> of(List<T> all, Function<T, String> id) {
    var rest = all.stream().filter(item -> id.apply(item).compareTo(after) > 0).toList();
    if (rest.size() <= size) {
      return new Cut<>(rest, "");
    }
    var items = rest.subList(0, size);
    return new Cut<>(items, encoded(id.apply(items.getLast())));
  }

  private static String encoded(String id) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(id.getBytes(StandardCharsets.UTF_8));
  }

  private static String decoded(Fields fields, String token) {
    try {
      if (token.length() <= TOKEN_MAX) {
        return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
      }
    } catch (IllegalArgumentException notOurs) {
      // Said below, as for any other.
    }
    fields.rejectText("page_token", token, "next_page_token of the previous answer");
    return "";
  }
}

package dev.tollgate.pricing.answer;

import dev.tollgate.kernel.field.Fields;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;

/// Which part of a list, in the order of unique names, a caller asks for: what comes after a name.
/// So a page stays right when things are added meanwhile.
public record Page(int size, String after) {
  private static final int SIZE_DEFAULT = 100;
  private static final int SIZE_MAX = 1_000;
  private static final int TOKEN_MAX = 256;

  /// Part of a list, and the token of what follows it; empty at the end.
  public record Cut<T>(List<T> items, String nextToken) {}

  public static Page of(Fields fields, int size, String token) {
    return new Page(size(fields, size), decoded(fields, token));
  }

  /// How many items a page has; 0 asks for the usual.
  public static int size(Fields fields, int size) {
    var checked = (int) fields.count("page_size", size, 0, SIZE_MAX);
    return checked == 0 ? SIZE_DEFAULT : checked;
  }

  /// The part of all items, which must be in the order of their names.
  public <T> Cut<T> of(List<T> all, Function<T, String> name) {
    var rest = all.stream().filter(item -> name.apply(item).compareTo(after) > 0).toList();
    if (rest.size() <= size) {
      return new Cut<>(rest, "");
    }
    var items = rest.subList(0, size);
    return new Cut<>(items, encoded(name.apply(items.getLast())));
  }

  private static String encoded(String name) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(name.getBytes(StandardCharsets.UTF_8));
  }

  private static String decoded(Fields fields, String token) {
    try {
      if (token.length() <= TOKEN_MAX) {
        return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
      }
    } catch (IllegalArgumentException notOurs) {
      // Told below, as for any other.
    }
    fields.rejectText("page_token", token, "next_page_token of the previous answer");
    return "";
  }
}

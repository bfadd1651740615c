package dev.tollgate.rating.extract;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// Words that bodies use for a service tier or a region, and what each means; a word that is not
/// among them means itself.
record Hints(Map<String, String> meanings) {
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  /// The first of the places that says more than the usual; empty where none does.
  String read(List<Path> paths, Body body, Consumer<Flaw> flaws) {
    for (var path : paths) {
      for (var node : body.around()) {
        if (!node.isObject()) {
          continue;
        }
        for (var found : path.find(node, flaw -> {})) {
          var value = found.value();
          if (!value.isTextual() || !WORD.matcher(value.textValue()).matches()) {
            flaws.accept(
                Flaw.doubtful(found.where(), Quantity.shown(value) + " (expected: a word)"));
            continue;
          }
          var word = value.textValue().toLowerCase(Locale.ROOT);
          var meaning = meanings.getOrDefault(word, word);
          if (!meaning.isEmpty()) {
            return meaning;
          }
        }
      }
    }
    return "";
  }
}

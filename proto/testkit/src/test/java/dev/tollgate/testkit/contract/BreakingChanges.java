package dev.tollgate.testkit.contract;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.regex.Pattern;

/// What a newer contract breaks for clients that were built from an older one, on the wire, in JSON
/// or in generated code.
final class BreakingChanges {
  private static final Pattern FIELD = Pattern.compile("field ([0-9]+) of (.+)");

  private BreakingChanges() {}

  /// One line per break; empty where every older client keeps working.
  static List<String> between(FileDescriptorSet older, FileDescriptorSet newer) {
    var before = Facts.of(older);
    var after = Facts.of(newer);
    var breaks = new ArrayList<String>();
    before.forEach((key, fact) -> {
      var now = after.get(key);
      if (now == null && !isReserved(key, fact, after)) {
        breaks.add(key + " is gone: " + fact);
      } else if (now != null && !now.equals(fact)) {
        breaks.add(key + " has changed: " + fact + " (now: " + now + ")");
      }
    });
    return breaks;
  }

  /// What the newer contract says that the older one does not know.
  static List<String> additions(FileDescriptorSet older, FileDescriptorSet newer) {
    var additions = new ArrayList<>(Facts.of(newer).keySet());
    additions.removeAll(Facts.of(older).keySet());
    return additions;
  }

  /// A field may go where neither its number nor its name can come back with another meaning.
  private static boolean isReserved(String key, String fact, SortedMap<String, String> after) {
    var field = FIELD.matcher(key);
    if (!field.matches()) {
      return false;
    }
    var message = field.group(2);
    var name = fact.substring(0, fact.indexOf(' '));
    return after.containsKey(Facts.reservedNumber(message, Integer.parseInt(field.group(1))))
        && after.containsKey(Facts.reservedName(message, name));
  }
}

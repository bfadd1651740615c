package dev.tollgate.cli.apply;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import dev.tollgate.proto.common.v1.Money;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// How two messages of one type differ, field by field, as people read it.
final class Difference {
  private Difference() {}

  /// `path: old → new` for every field that differs.
  static List<String> between(Message before, Message after) {
    var old = flat(before);
    var now = flat(after);
    var paths = new LinkedHashSet<>(old.keySet());
    paths.addAll(now.keySet());
    var lines = new ArrayList<String>();
    for (var path : paths) {
      var was = old.getOrDefault(path, "(none)");
      var is = now.getOrDefault(path, "(none)");
      if (!was.equals(is)) {
        lines.add(path + ": " + was + " → " + is);
      }
    }
    return lines;
  }

  /// `path: value` for every field that is set.
  static List<String> of(Message message) {
    return flat(message).entrySet().stream()
        .map(each -> each.getKey() + ": " + each.getValue())
        .toList();
  }

  private static Map<String, String> flat(Message message) {
    var flat = new LinkedHashMap<String, String>();
    message
        .getAllFields()
        .forEach((field, value) -> {
          if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
              add(flat, place(field, list.get(i), i), list.get(i));
            }
          } else {
            add(flat, field.getName(), value);
          }
        });
    return flat;
  }

  private static String place(FieldDescriptor field, Object item, int index) {
    return field.getName()
        + "["
        + (item instanceof MapEntry<?, ?> entry ? entry.getKey() : index)
        + "]";
  }

  private static void add(Map<String, String> flat, String path, Object value) {
    switch (value) {
      case MapEntry<?, ?> entry -> flat.put(path, String.valueOf(entry.getValue()));
      case Money money -> flat.put(path, money.getAmount() + " " + money.getCurrencyCode());
      case Timestamp time -> flat.put(path, Timestamps.toString(time));
      case Duration duration -> flat.put(path, Durations.toString(duration));
      case Message message -> {
        var below = flat(message);
        if (below.isEmpty()) {
          flat.put(path, "{}");
        }
        below.forEach((name, text) -> flat.put(path + "." + name, text));
      }
      default -> flat.put(path, String.valueOf(value));
    }
  }
}

package dev.tollgate.cli.apply;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.Comparator;

/// What somebody who wrote the name of no field may have meant.
final class Nearest {
  private Nearest() {}

  static String of(String name, Descriptor type) {
    return type.getFields().stream()
        .map(FieldDescriptor::getName)
        .min(Comparator.comparingInt(known -> distance(known, name)))
        .map(known -> "like " + known + "?")
        .orElse("it has none");
  }

  /// Whether its values have fields of ours.
  static boolean isMessage(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && !field.isMapField();
  }

  /* How many letters to add, drop or replace. */
  private static int distance(String one, String other) {
    var row = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      var diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        var replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[other.length()];
  }
}

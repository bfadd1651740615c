package dev.tollgate.kernel.dimension;

import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.tollgate.proto.common.v1.Dimensions;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One thing that calls are attributed to: a field of `tollgate.common.v1.Dimensions`, or a tag,
/// which is named `tags.<key>`.
public final class Dimension {
  /// What the names of tags begin with.
  public static final String TAG_PREFIX = "tags.";

  /// Most characters that a tag's key may have.
  public static final int TAG_KEY_MAX = 64;

  private static final Map<String, Dimension> BY_NAME = byName();

  private final String name;
  private final FieldDescriptor field;

  private Dimension(String name, FieldDescriptor field) {
    this.name = name;
    this.field = field;
  }

  /// The dimension of that name; empty where there is none.
  public static Optional<Dimension> of(String name) {
    if (name.startsWith(TAG_PREFIX)) {
      var keyLength = name.length() - TAG_PREFIX.length();
      return keyLength < 1 || keyLength > TAG_KEY_MAX
          ? Optional.empty()
          : Optional.of(new Dimension(name, tags()));
    }
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /// The names of all dimensions but tags, in the order of the contract.
  public static List<String> names() {
    return List.copyOf(BY_NAME.keySet());
  }

  /// The known name that is most like the given one: for "did you mean".
  public static String nearest(String name) {
    return names().stream().min(Comparator.comparingInt(known -> distance(known, name))).get();
  }

  public String name() {
    return name;
  }

  public boolean isTag() {
    return field.isMapField();
  }

  /// The value that a call carries; empty where it carries none.
  public String read(Dimensions dimensions) {
    return isTag()
        ? dimensions.getTagsOrDefault(tagKey(), "")
        : (String) dimensions.getField(field);
  }

  public void write(Dimensions.Builder dimensions, String value) {
    if (isTag()) {
      dimensions.putTags(tagKey(), value);
    } else {
      dimensions.setField(field, value);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Dimension dimension && name.equals(dimension.name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }

  private String tagKey() {
    return name.substring(TAG_PREFIX.length());
  }

  private static FieldDescriptor tags() {
    return Dimensions.getDescriptor().findFieldByName("tags");
  }

  private static Map<String, Dimension> byName() {
    var byName = new LinkedHashMap<String, Dimension>();
    for (var field : Dimensions.getDescriptor().getFields()) {
      if (!field.isMapField()) {
        byName.put(field.getName(), new Dimension(field.getName(), field));
      }
    }
    return byName;
  }

  /* Levenshtein's edit distance, of names cut to a length at which it stays cheap. */
  private static int distance(String known, String given) {
    var other = given.substring(0, Math.min(given.length(), 2 * TAG_KEY_MAX));
    var row = new int[other.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= known.length(); i++) {
      var diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        var change = diagonal + (known.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j - 1], diagonal) + 1);
      }
    }
    return row[other.length()];
  }
}

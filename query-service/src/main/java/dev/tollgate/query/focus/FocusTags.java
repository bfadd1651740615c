package dev.tollgate.query.focus;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import dev.tollgate.kernel.dimension.Dimension;
import java.util.List;
import java.util.Optional;

/// What a charge is attributed to, as FOCUS writes tags: those that Tollgate defines have a prefix,
/// those of callers have their own keys.
final class FocusTags {
  private static final String PREFIX = "tollgate:";

  private FocusTags() {}

  /// A JSON object of the values that are known; empty where none is.
  static Optional<String> of(List<Dimension> dimensions, List<String> values) {
    var tags = Struct.newBuilder();
    for (var i = 0; i < values.size(); i++) {
      if (!values.get(i).isEmpty()) {
        tags.putFields(
            key(dimensions.get(i)), Value.newBuilder().setStringValue(values.get(i)).build());
      }
    }
    try {
      return tags.getFieldsCount() == 0
          ? Optional.empty()
          : Optional.of(JsonFormat.printer().omittingInsignificantWhitespace().print(tags));
    } catch (InvalidProtocolBufferException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String key(Dimension dimension) {
    return dimension.isTag()
        ? dimension.name().substring(Dimension.TAG_PREFIX.length())
        : PREFIX + dimension.name();
  }
}

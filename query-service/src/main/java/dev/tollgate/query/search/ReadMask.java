package dev.tollgate.query.search;

import com.google.protobuf.FieldMask;
import com.google.protobuf.util.FieldMaskUtil;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.kernel.field.Shown;
import dev.tollgate.proto.query.v1.UsageRow;

/// Which fields of a row an answer has; all where it names none.
record ReadMask(FieldMask wanted) {
  private static final int PATHS_MAX = 64;

  /// As a request has it; mistakes are added to those of its fields.
  static ReadMask read(FieldMask mask, Fields fields) {
    var count = mask.getPathsCount();
    fields.count("read_mask.paths (size)", count, 0, PATHS_MAX);
    for (var i = 0; count <= PATHS_MAX && i < count; i++) {
      var path = mask.getPaths(i);
      if (!FieldMaskUtil.isValid(UsageRow.getDescriptor(), path)) {
        fields.reject(
            "read_mask.paths[" + i + "]",
            Shown.text(path) + " (expected: a field of UsageRow, as cost or dimensions.team)");
      }
    }
    return new ReadMask(mask);
  }

  /// What of the row is to be shown.
  UsageRow shown(UsageRow row) {
    if (wanted.getPathsCount() == 0) {
      return row;
    }
    var some = UsageRow.newBuilder();
    // Else what is unset would become a set 0.
    var unsetStaysUnset = new FieldMaskUtil.MergeOptions().setReplacePrimitiveFields(true);
    FieldMaskUtil.merge(wanted, row, some, unsetStaysUnset);
    return some.build();
  }
}

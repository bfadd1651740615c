package dev.tollgate.query.focus;

import dev.tollgate.proto.query.v1.FocusRow;
import java.util.List;

/// A charge, and where it stands.
///
/// @param group its values of the dimensions that become tags, with users' surrogates
/// @param row all but the tags
record FocusLine(Position position, List<String> group, FocusRow row) {
  FocusLine {
    group = List.copyOf(group);
  }
}

package dev.tollgate.ingest.attribute;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.proto.common.v1.Dimensions;

/// What a call is attributed to.
///
/// @param filled what of it a rule filled in
public record Attribution(Dimensions dimensions, Filled filled) {
  /// What its caller stated, or a credential pinned: all but what a rule filled in.
  Dimensions stated() {
    var stated = dimensions.toBuilder();
    for (var name : filled.dimensions()) {
      Dimension.of(name).orElseThrow().clear(stated);
    }
    return stated.build();
  }
}

package dev.tollgate.ingest.encode;

import dev.tollgate.ingest.attribute.Attribution;
import dev.tollgate.ingest.attribute.Filled;
import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.proto.common.v1.Dimensions;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// The columns of a row that say what its event is attributed to. Entries of one event differ in
/// them where it was attributed anew.
public final class AttributionPart {
  private static final List<String> NAMES = names();

  private AttributionPart() {}

  /// In the order in which their values are written.
  public static List<String> columnNames() {
    return NAMES;
  }

  static void write(RowBinary out, Attribution attribution) {
    var dimensions = attribution.dimensions();
    write(out, dimensions, dimensions.getUser(), attribution.filled());
  }

  /// @param user the surrogate of the one whom the dimensions name
  static void write(RowBinary out, Dimensions dimensions, String user, Filled filled) {
    for (var dimension : Dimension.ALL) {
      out.text(dimension.isUser() ? user : dimension.read(dimensions));
    }
    out.textByText(new TreeMap<>(dimensions.getTagsMap()));
    out.text(filled.rule()).texts(filled.dimensions());
  }

  /// What these columns say, of RowBinary.
  public static Attribution read(byte[] columns) {
    var in = new RowBinaryInput(columns);
    var dimensions = Dimensions.newBuilder();
    for (var dimension : Dimension.ALL) {
      dimension.write(dimensions, in.text());
    }
    dimensions.putAllTags(in.textByText());
    return new Attribution(dimensions.build(), new Filled(in.text(), in.texts()));
  }

  private static List<String> names() {
    var names = new ArrayList<>(Dimension.names());
    names.addAll(List.of("tags", "attribution_rule", "filled_dimensions"));
    return List.copyOf(names);
  }
}

package dev.tollgate.query.org;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.tollgate.failure.Failure;
import dev.tollgate.kernel.control.Entry;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.kernel.field.Times;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// Org trees as they go over the wire and into the store: parsed with every mistake named, and
/// printed.
final class OrgTreeForm {
  static final long VERSION_MAX = 1_000_000_000_000_000L;

  private static final int LINKS_MAX = 5_000;
  private static final int QUARTER_SECONDS = 900;
  private static final Instant TIME_MIN = Instant.parse("2000-01-01T00:00:00Z");
  private static final Instant TIME_MAX = Instant.parse("2100-01-01T00:00:00Z");

  private OrgTreeForm() {}

  /// Reads a tree; what is wrong with it is in the fields afterwards.
  static OrgTree parse(Fields fields, dev.tollgate.proto.query.v1.OrgTree form) {
    fields.count("tree.links (size)", form.getLinksCount(), 0, LINKS_MAX);
    var links = new ArrayList<OrgLink>();
    if (form.getLinksCount() <= LINKS_MAX) {
      var seen = new HashSet<List<Object>>();
      for (var i = 0; i < form.getLinksCount(); i++) {
        var field = "tree.links[" + i + "]";
        var link = link(fields, field, form.getLinks(i));
        if (!seen.add(List.of(link.level(), link.child(), link.from()))) {
          fields.rejectText(field + ".child", link.child(), "once at each level and start_time");
        }
        links.add(link);
      }
    }
    var version = fields.count("tree.version", form.getVersion(), 0, VERSION_MAX);
    return new OrgTree(links, version, Instant.EPOCH, "");
  }

  private static OrgLink link(
      Fields fields, String field, dev.tollgate.proto.query.v1.OrgLink form) {
    var level = fields.specified(field + ".level", form.getLevel(), form.getLevelValue());
    return new OrgLink(
        switch (level) {
          case ORG_LEVEL_TEAM, ORG_LEVEL_UNSPECIFIED, UNRECOGNIZED -> OrgLevel.TEAM;
          case ORG_LEVEL_DEPARTMENT -> OrgLevel.DEPARTMENT;
          case ORG_LEVEL_COST_CENTER -> OrgLevel.COST_CENTER;
        },
        fields.text(field + ".child", form.getChild(), 1, Fields.DIMENSION_VALUE_MAX),
        fields.text(field + ".parent", form.getParent(), 0, Fields.DIMENSION_VALUE_MAX),
        form.hasStartTime() ? start(fields, field + ".start_time", form) : Instant.EPOCH);
  }

  private static Instant start(
      Fields fields, String field, dev.tollgate.proto.query.v1.OrgLink form) {
    var start = fields.instant(field, true, form.getStartTime(), TIME_MIN, TIME_MAX);
    if (start.getNano() != 0 || start.getEpochSecond() % QUARTER_SECONDS != 0) {
      fields.reject(field, start.toString(), "the beginning of a quarter of an hour");
    }
    return start;
  }

  /// The tree that an entry of the store holds: the table knows its version, time and writer.
  static OrgTree stored(Entry entry) {
    try {
      var form = dev.tollgate.proto.query.v1.OrgTree.newBuilder();
      JsonFormat.parser().ignoringUnknownFields().merge(entry.content(), form);
      var fields = new Fields();
      var read = parse(fields, form.build());
      fields.check();
      return new OrgTree(read.links(), entry.version(), entry.writeTime(), entry.actor());
    } catch (InvalidProtocolBufferException | Failure e) {
      throw new IllegalStateException(
          "org tree " + entry.tenant() + "/" + entry.version() + " can't be read", e);
    }
  }

  /// As it goes into the store.
  static String json(OrgTree tree) {
    try {
      return JsonFormat.printer()
          .omittingInsignificantWhitespace()
          .print(print(tree).toBuilder().clearVersion().clearUpdateTime().clearActor());
    } catch (InvalidProtocolBufferException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static dev.tollgate.proto.query.v1.OrgTree print(OrgTree tree) {
    var form =
        dev.tollgate.proto.query.v1.OrgTree.newBuilder()
            .setVersion(tree.version())
            .setActor(tree.actor());
    if (tree.version() > 0) {
      form.setUpdateTime(Times.timestamp(tree.updateTime()));
    }
    tree.links().forEach(link -> form.addLinks(print(link)));
    return form.build();
  }

  private static dev.tollgate.proto.query.v1.OrgLink print(OrgLink link) {
    var form =
        dev.tollgate.proto.query.v1.OrgLink.newBuilder()
            .setLevel(
                switch (link.level()) {
                  case TEAM -> dev.tollgate.proto.query.v1.OrgLevel.ORG_LEVEL_TEAM;
                  case DEPARTMENT -> dev.tollgate.proto.query.v1.OrgLevel.ORG_LEVEL_DEPARTMENT;
                  case COST_CENTER -> dev.tollgate.proto.query.v1.OrgLevel.ORG_LEVEL_COST_CENTER;
                })
            .setChild(link.child())
            .setParent(link.parent());
    if (!link.from().equals(Instant.EPOCH)) {
      form.setStartTime(Times.timestamp(link.from()));
    }
    return form.build();
  }
}

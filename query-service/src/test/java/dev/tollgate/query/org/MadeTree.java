package dev.tollgate.query.org;

import com.google.protobuf.Timestamp;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.control.LateControlTable;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.query.v1.GetOrgTreeRequest;
import dev.tollgate.proto.query.v1.GetOrgTreeResponse;
import dev.tollgate.proto.query.v1.OrgLevel;
import dev.tollgate.proto.query.v1.OrgLink;
import dev.tollgate.proto.query.v1.OrgTree;
import dev.tollgate.proto.query.v1.PutOrgTreeRequest;
import dev.tollgate.proto.query.v1.PutOrgTreeResponse;
import dev.tollgate.query.answer.Asked;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.NullMarked;

/// An org tree that a test makes up, and who belongs where by it: found by looking at all links,
/// with nothing of what the service does.
@NullMarked
public final class MadeTree {
  private final List<OrgLink> links = new ArrayList<>();

  /// The children named here under random parents at random quarters of an hour of a range.
  public static MadeTree random(
      RandomGenerator random, List<String> teams, Instant start, Instant end) {
    var tree = new MadeTree();
    tree.add(random, OrgLevel.ORG_LEVEL_TEAM, teams, List.of("", "web", "d'a\\ta"), start, end);
    tree.add(
        random,
        OrgLevel.ORG_LEVEL_DEPARTMENT,
        List.of("web", "d'a\\ta"),
        List.of("", "a", "100"),
        start,
        end);
    tree.add(
        random,
        OrgLevel.ORG_LEVEL_COST_CENTER,
        List.of("a", "b", "100"),
        List.of("", "Ada", "Ben"),
        start,
        end);
    return tree;
  }

  private void add(
      RandomGenerator random,
      OrgLevel level,
      List<String> children,
      List<String> parents,
      Instant start,
      Instant end) {
    for (var child : children) {
      var at = start.getEpochSecond() / 900;
      for (var i = random.nextInt(5); i > 0; i--) {
        at += random.nextLong(1, (end.getEpochSecond() - start.getEpochSecond()) / 900 / 4);
        link(
            level,
            child,
            parents.get(random.nextInt(parents.size())),
            i == 1 && random.nextBoolean() ? Instant.EPOCH : Instant.ofEpochSecond(at * 900));
      }
    }
  }

  public MadeTree link(OrgLevel level, String child, String parent, Instant from) {
    var link = OrgLink.newBuilder().setLevel(level).setChild(child).setParent(parent);
    if (!from.equals(Instant.EPOCH)) {
      link.setStartTime(Timestamp.newBuilder().setSeconds(from.getEpochSecond()));
    }
    links.add(link.build());
    return this;
  }

  public OrgTree onWire(long version) {
    return OrgTree.newBuilder().addAllLinks(links).setVersion(version).build();
  }

  /// What is said of a team at a time beside what an event states as its cost centre.
  public Map<String, String> places(String team, String costCenter, Instant at) {
    var department = parent(OrgLevel.ORG_LEVEL_TEAM, team, at);
    var placed = parent(OrgLevel.ORG_LEVEL_DEPARTMENT, department, at);
    var charged = placed.isEmpty() ? costCenter : placed;
    var places = new HashMap<String, String>();
    places.put("department", department);
    places.put("cost_center", charged);
    places.put("owner", parent(OrgLevel.ORG_LEVEL_COST_CENTER, charged, at));
    return places;
  }

  private String parent(OrgLevel level, String child, Instant at) {
    var parent = "";
    var since = Long.MIN_VALUE;
    for (var link : links) {
      var from = link.getStartTime().getSeconds();
      if (link.getLevel() == level
          && link.getChild().equals(child)
          && from <= at.getEpochSecond()
          && from > since) {
        parent = link.getParent();
        since = from;
      }
    }
    return parent;
  }

  /// Stores it as the tenant's newest, over the wire's edge.
  public OrgTree put(ClickHouse clickHouse, String tenant) {
    var before = get(clickHouse, caller(tenant, Map.of()), 0).getTree().getVersion();
    return put(clickHouse, caller(tenant, Map.of()), onWire(before)).getTree();
  }

  static PutOrgTreeResponse put(ClickHouse clickHouse, Caller caller, OrgTree tree) {
    var request = PutOrgTreeRequest.newBuilder().setTree(tree).build();
    return Asked.by(caller, observer -> rpc(clickHouse).putOrgTree(request, observer));
  }

  static GetOrgTreeResponse get(ClickHouse clickHouse, Caller caller, long version) {
    var request = GetOrgTreeRequest.newBuilder().setVersion(version).build();
    return Asked.by(caller, observer -> rpc(clickHouse).getOrgTree(request, observer));
  }

  private static OrgRpc rpc(ClickHouse clickHouse) {
    return new OrgRpc(new OrgTrees(new LateControlTable(clickHouse, OrgTrees.TABLE)));
  }

  static Caller caller(String tenant, Map<String, String> pins) {
    return new Caller("key", Set.of(Role.ROLE_ADMIN), tenant, pins);
  }
}

package dev.tollgate.query.deployment;

import dev.tollgate.kernel.clickhouse.Row;
import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.query.scope.Condition;
import dev.tollgate.query.statement.LedgerStatement;
import java.time.Instant;
import java.util.Collection;

/// What was brought into use, as the ledger has it: a user is named by the surrogate.
public record Deployment(
    String id,
    Instant time,
    String service,
    Dimensions dimensions,
    String description,
    String url) {
  static Deployment read(Row row) {
    var dimensions = Dimensions.newBuilder().putAllTags(row.<String>map("all_tags"));
    for (var i = 0; i < Dimension.ALL.size(); i++) {
      Dimension.ALL.get(i).write(dimensions, row.text(LedgerStatement.group(i)));
    }
    return new Deployment(
        row.text("id"),
        row.instant("happened"),
        row.text("software"),
        dimensions.build(),
        row.text("text"),
        row.text("address"));
  }

  /// With another name for the user.
  public Deployment withUser(String user) {
    return new Deployment(
        id, time, service, dimensions.toBuilder().setUser(user).build(), description, url);
  }

  /// Its value of a dimension or tag; empty where it states none.
  public String value(Dimension dimension) {
    return dimension.read(dimensions);
  }

  /// Whether usage that meets the conditions may be what it changed: it states no other value.
  public boolean mayConcern(Collection<Condition> conditions) {
    return conditions.stream()
        .allMatch(each -> {
          var value = value(each.dimension());
          return value.isEmpty() || each.values().contains(value);
        });
  }
}

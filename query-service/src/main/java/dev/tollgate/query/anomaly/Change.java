package dev.tollgate.query.anomaly;

import dev.tollgate.kernel.clickhouse.Row;
import dev.tollgate.proto.query.v1.AnomalyCause;
import dev.tollgate.query.answer.Wire;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/// How much of something one value of a dimension had in an hour, and in the usual ones together.
record Change(String dimension, String value, BigInteger now, BigInteger before) {
  static Change read(Row row) {
    return new Change(
        row.text("dimension"), row.text("value"), row.bigInteger("now"), row.bigInteger("before"));
  }

  /// What explains most of this change: the one of its parts whose share of it exceeds the share of
  /// what is usual the most. So a value that had all before explains nothing by having all now.
  ///
  /// @param hours how many hours `before` is the sum of
  Optional<AnomalyCause> cause(List<Change> parts, int hours) {
    var change = by(hours);
    var best = Optional.<AnomalyCause>empty();
    if (change.signum() <= 0) {
      return best;
    }
    var most = 0.0;
    for (var name : AnomalyStatement.EXPLAINING) {
      var values = parts.stream().filter(part -> part.dimension.equals(name)).toList();
      for (var each : values) {
        var share = Wire.share(each.by(hours), change);
        var usual = before.signum() > 0 ? Wire.share(each.before, before) : 1.0 / values.size();
        if (share - usual > most) {
          most = share - usual;
          best = Optional.of(each.wire(share));
        }
      }
    }
    return best;
  }

  private BigInteger by(int hours) {
    return now.multiply(BigInteger.valueOf(hours)).subtract(before);
  }

  private AnomalyCause wire(double share) {
    return AnomalyCause.newBuilder()
        .setDimension(dimension)
        .setValue(value)
        .setShare(share)
        .build();
  }
}

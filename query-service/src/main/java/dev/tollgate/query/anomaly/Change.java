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

  /// What explains most of a change: the one whose part of it exceeds its part of what is usual the
  /// most. So a value that had all before explains nothing by having all now.
  ///
  /// @param hours how many hours `before` is the sum of
  static Optional<AnomalyCause> cause(List<Change> changes, int hours) {
    var best = Optional.<AnomalyCause>empty();
    var most = 0.0;
    for (var each : changes) {
      var all = changes.stream().filter(other -> other.dimension.equals(each.dimension)).toList();
      var change = all.stream().map(one -> one.by(hours)).reduce(BigInteger.ZERO, BigInteger::add);
      var usual = all.stream().map(Change::before).reduce(BigInteger.ZERO, BigInteger::add);
      if (change.signum() > 0) {
        var share = Wire.share(each.by(hours), change);
        var surprise = share - (usual.signum() > 0 ? Wire.share(each.before, usual) : 0);
        if (surprise > most) {
          most = surprise;
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

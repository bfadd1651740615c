package dev.tollgate.ingest.encode;

import com.google.protobuf.Timestamp;
import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.money.Picos;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.ingest.v1.CostLine;
import dev.tollgate.proto.ingest.v1.Deployment;
import dev.tollgate.proto.ingest.v1.Outcome;
import dev.tollgate.proto.ingest.v1.OutcomeResult;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;

/// How facts of one kind are written: their table, and its columns but for those that only the log
/// knows; see `ledger.Batch`.
public final class FactRow<M> {
  private interface Writer<M> {
    void write(RowBinary out, M message);
  }

  private record Column<M>(String name, Writer<M> writer) {}

  public static final FactRow<Outcome> OUTCOMES =
      new FactRow<>(
          "outcomes",
          "outcome_id",
          Outcome::getDimensions,
          List.of(
              new Column<>("outcome_time", (out, row) -> out.int64(millis(row.getOutcomeTime()))),
              new Column<>("kind", (out, row) -> out.text(row.getKind())),
              new Column<>("result", (out, row) -> out.text(result(row.getResult()))),
              new Column<>("supersedes", (out, row) -> out.text(row.getSupersedes())),
              new Column<>("currency", (out, row) -> out.text(row.getValue().getCurrencyCode())),
              new Column<>("value_picos", (out, row) -> out.int64(picos(row.getValue()))),
              new Column<>("quality_score", FactRow::writeQuality)));

  public static final FactRow<Deployment> DEPLOYMENTS =
      new FactRow<>(
          "deployments",
          "deployment_id",
          Deployment::getDimensions,
          List.of(
              new Column<>(
                  "deployment_time", (out, row) -> out.int64(millis(row.getDeploymentTime()))),
              new Column<>("service", (out, row) -> out.text(row.getService())),
              new Column<>("description", (out, row) -> out.text(row.getDescription())),
              new Column<>("url", (out, row) -> out.text(row.getUrl()))));

  public static final FactRow<CostLine> COST_LINES =
      new FactRow<>(
          "cost_lines",
          "cost_id",
          CostLine::getDimensions,
          List.of(
              new Column<>("start_time", (out, row) -> out.int64(millis(row.getStartTime()))),
              new Column<>("end_time", (out, row) -> out.int64(endMillis(row))),
              new Column<>("category", (out, row) -> out.text(row.getCategory())),
              new Column<>("description", (out, row) -> out.text(row.getDescription())),
              new Column<>("supersedes", (out, row) -> out.text(row.getSupersedes())),
              new Column<>("currency", (out, row) -> out.text(row.getAmount().getCurrencyCode())),
              new Column<>("amount_picos", (out, row) -> out.int64(picos(row.getAmount())))));

  public static final List<FactRow<?>> ALL = List.of(OUTCOMES, DEPLOYMENTS, COST_LINES);

  private final String table;
  private final String idColumn;
  private final List<Column<M>> own;

  private FactRow(
      String table, String idColumn, Function<M, Dimensions> dimensions, List<Column<M>> ofKind) {
    this.table = table;
    this.idColumn = idColumn;
    this.own = new ArrayList<>(ofKind);
    for (var dimension : Dimension.ALL) {
      own.add(
          new Column<>(
              dimension.name(), (out, row) -> out.text(dimension.read(dimensions.apply(row)))));
    }
    own.add(
        new Column<>(
            "tags",
            (out, row) -> out.textByText(new TreeMap<>(dimensions.apply(row).getTagsMap()))));
  }

  public String table() {
    return table;
  }

  /// In the order in which their values are written.
  public List<String> columnNames() {
    var names = new ArrayList<String>();
    names.addAll(List.of("tenant_id", idColumn, "fingerprint", "received_time", "version"));
    own.forEach(column -> names.add(column.name));
    return List.copyOf(names);
  }

  public byte[] encode(Noted<M> fact) {
    var out =
        new RowBinary()
            .text(fact.tenant())
            .text(fact.id())
            .fixed(fact.fingerprint().toBytes())
            .int64(fact.receivedMillis())
            .int64(-1 - fact.receivedMillis());
    for (var column : own) {
      column.writer.write(out, fact.message());
    }
    return out.toBytes();
  }

  private static void writeQuality(RowBinary out, Outcome outcome) {
    if (outcome.hasQualityScore()) {
      out.int8(0).float64(outcome.getQualityScore());
    } else {
      out.int8(1);
    }
  }

  private static String result(OutcomeResult result) {
    return switch (result) {
      case OUTCOME_RESULT_SUCCESS -> "SUCCESS";
      case OUTCOME_RESULT_FAILURE -> "FAILURE";
      case OUTCOME_RESULT_REVERSED -> "REVERSED";
      case OUTCOME_RESULT_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException(result + " (expected: a valid outcome)");
    };
  }

  private static long picos(Money money) {
    return money.getAmount().isEmpty() ? 0 : Picos.of(new BigDecimal(money.getAmount())).value();
  }

  private static long endMillis(CostLine line) {
    return millis(line.hasEndTime() ? line.getEndTime() : line.getStartTime());
  }

  private static long millis(Timestamp time) {
    return time.getSeconds() * 1_000 + time.getNanos() / 1_000_000;
  }
}

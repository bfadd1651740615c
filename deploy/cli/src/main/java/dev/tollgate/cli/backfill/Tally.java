package dev.tollgate.cli.backfill;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.proto.ingest.v1.BackfillResult;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What became of the rows, and what they cost by their source and by our books. Safe for
/// concurrent use.
public final class Tally {
  private static final int MISTAKES_MAX = 100;
  private static final BigDecimal TOLERANCE = new BigDecimal("0.01");

  /// One row that does not count, and why.
  public record Mistake(Path file, long line, String what) {
    @Override
    public String toString() {
      return file + ":" + line + ": " + what;
    }
  }

  /* Of rows whose cost both know, in one currency. */
  private static final class Compared {
    long rows;
    long differing;
    BigDecimal theirs = BigDecimal.ZERO;
    BigDecimal ours = BigDecimal.ZERO;
  }

  private final List<Mistake> mistakes = new ArrayList<>();
  private final Map<String, BigDecimal> ours = new TreeMap<>();
  private final Map<String, Compared> compared = new TreeMap<>();
  private long rows;
  private long skipped;
  private long accepted;
  private long duplicates;
  private long conflicts;
  private long invalid;
  private long unpriced;
  private long attributed;

  synchronized void row() {
    rows++;
  }

  synchronized void skipped() {
    skipped++;
  }

  synchronized void invalid(Path file, long line, String what) {
    invalid++;
    note(file, line, what);
  }

  private void note(Path file, long line, String what) {
    if (mistakes.size() < MISTAKES_MAX) {
      mistakes.add(new Mistake(file, line, what));
    }
  }

  synchronized void result(Path file, long line, PastUsage sent, BackfillResult result) {
    switch (result.getResult().getStatus()) {
      case EVENT_STATUS_ACCEPTED -> accepted++;
      case EVENT_STATUS_DUPLICATE -> duplicates++;
      case EVENT_STATUS_CONFLICT -> {
        conflicts++;
        note(
            file,
            line,
            result.getResult().getEventId()
                + ": there already with another content (expected: the same, or another id)");
        return;
      }
      case EVENT_STATUS_INVALID, EVENT_STATUS_UNSPECIFIED, UNRECOGNIZED -> {
        invalid(
            file,
            line,
            result.getResult().getViolationsList().stream()
                .map(each -> each.getField() + ": " + each.getDescription())
                .collect(Collectors.joining("; ")));
        return;
      }
    }
    if (!result.getAttributionRule().isEmpty()) {
      attributed++;
    }
    if (result.hasCost()) {
      var currency = result.getCost().getCurrencyCode();
      var cost = new BigDecimal(result.getCost().getAmount());
      ours.merge(currency, cost, BigDecimal::add);
      if (sent.theirCost().isPresent() && sent.currency().equals(currency)) {
        compare(currency, sent.theirCost().get(), cost);
      }
    } else {
      unpriced++;
    }
  }

  private void compare(String currency, BigDecimal their, BigDecimal our) {
    var sums = compared.computeIfAbsent(currency, _ -> new Compared());
    sums.rows++;
    sums.theirs = sums.theirs.add(their);
    sums.ours = sums.ours.add(our);
    if (our.subtract(their).abs().compareTo(their.abs().multiply(TOLERANCE)) > 0) {
      sums.differing++;
    }
  }

  /// Whether every row counts, or is none of a call.
  public synchronized boolean isClean() {
    return invalid == 0 && conflicts == 0;
  }

  /// The first 100.
  public synchronized List<Mistake> mistakes() {
    return List.copyOf(mistakes);
  }

  /// How many more there were.
  public synchronized long unlisted() {
    return invalid + conflicts - mistakes.size();
  }

  /// Where it stands, on one line.
  public synchronized String standing() {
    return "%,d rows read: %,d accepted, %,d duplicates, %,d conflicts, %,d invalid"
        .formatted(rows, accepted, duplicates, conflicts, invalid);
  }

  /// For people.
  public synchronized void print(PrintWriter out, boolean isDryRun) {
    out.printf(
        Locale.ROOT,
        "%,d rows read%s: %,d %s, %,d duplicates, %,d conflicts, %,d invalid%n",
        rows,
        skipped == 0 ? "" : " (%,d not of calls)".formatted(skipped),
        accepted,
        isDryRun ? "would be taken" : "accepted",
        duplicates,
        conflicts,
        invalid);
    ours.forEach((currency, sum) -> out.printf("Cost by our books: %s %s%n", plain(sum), currency));
    if (unpriced > 0) {
      out.printf(
          Locale.ROOT,
          "%,d rows have no known cost by our books (no price, or no usage): the sum is a lower"
              + " bound%n",
          unpriced);
    }
    compared.forEach((currency, sums) ->
        out.printf(
            Locale.ROOT,
            "Where both know the cost (%,d rows): theirs %s %s, ours %s %s; %,d rows differ by more"
                + " than 1 %%%n",
            sums.rows,
            plain(sums.theirs),
            currency,
            plain(sums.ours),
            currency,
            sums.differing));
    if (attributed > 0) {
      out.printf(Locale.ROOT, "%,d rows were attributed by rules%n", attributed);
    }
    out.flush();
  }

  /// For programs.
  public synchronized ObjectNode json(boolean isDryRun) {
    var json = JsonNodeFactory.instance.objectNode();
    json.put("dry_run", isDryRun).put("rows", rows).put("skipped", skipped);
    json.put("accepted", accepted).put("duplicates", duplicates).put("conflicts", conflicts);
    json.put("invalid", invalid).put("unpriced", unpriced).put("attributed", attributed);
    var costs = json.putObject("cost");
    ours.forEach((currency, sum) -> costs.put(currency, plain(sum)));
    var comparisons = json.putObject("compared");
    compared.forEach((currency, sums) ->
        comparisons
            .putObject(currency)
            .put("rows", sums.rows)
            .put("theirs", plain(sums.theirs))
            .put("ours", plain(sums.ours))
            .put("differing", sums.differing));
    var list = json.putArray("mistakes");
    mistakes.forEach(mistake ->
        list.addObject()
            .put("file", mistake.file.toString())
            .put("line", mistake.line)
            .put("what", mistake.what));
    return json;
  }

  private static String plain(BigDecimal amount) {
    return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
  }
}

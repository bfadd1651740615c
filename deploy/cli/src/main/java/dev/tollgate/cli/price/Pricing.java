package dev.tollgate.cli.price;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.tollgate.cli.standalone.Problem;
import dev.tollgate.failure.Failure;
import dev.tollgate.rating.Call;
import dev.tollgate.rating.Charge;
import dev.tollgate.rating.ChargeStatus;
import dev.tollgate.rating.FxTable;
import dev.tollgate.rating.PriceStack;
import dev.tollgate.rating.extract.Flaw;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Prices every line of an input: as many answers as lines, in their order.
public final class Pricing {
  private final PriceStack prices;
  private final Function<Call, Charge> rating;
  private final @Nullable Reporting reporting;
  private final CallReader reader;
  private final AtomicLong done = new AtomicLong();
  private final Totals totals;

  /// @param rating of each call, in order: with these prices
  /// @param reporting null where nothing is converted
  /// @param timeOfLinesWithout a time; null where they are refused
  public Pricing(
      PriceStack prices,
      Function<Call, Charge> rating,
      @Nullable Reporting reporting,
      @Nullable Instant timeOfLinesWithout) {
    this.prices = prices;
    this.rating = rating;
    this.reporting = reporting;
    this.reader = new CallReader(timeOfLinesWithout);
    this.totals = new Totals(prices.currency(), reporting == null ? null : reporting.currency());
  }

  /// How many lines are answered: to be asked from any thread.
  public long done() {
    return done.get();
  }

  /// Reads to the end of the input; blank lines before it don't count.
  ///
  /// @throws IOException where the answers can't be written
  /// @throws Problem where the input can't be read
  public Totals run(InputStream in, OutputStream out) throws IOException {
    try (var writer = new AnswerWriter(out, prices, reporting != null)) {
      var lines = new Lines(in, writer);
      long blank = 0;
      while (lines.next()) {
        if (lines.isBlank()) {
          blank++;
          continue;
        }
        for (; blank > 0; blank--) {
          refuse(writer, MissingNode.getInstance(), LineJson.blank(), lines.number() - blank);
        }
        answer(lines, writer);
      }
    }
    return totals;
  }

  private void answer(Lines lines, AnswerWriter writer) throws IOException {
    JsonNode asked = MissingNode.getInstance();
    Answer answer;
    try {
      asked = LineJson.read(lines);
      answer = rate(reader.read(asked));
    } catch (Failure refused) {
      refuse(writer, asked, refused, lines.number());
      return;
    }
    writer.write(asked, answer);
    totals.add(answer);
    done.incrementAndGet();
  }

  private void refuse(AnswerWriter writer, JsonNode asked, Failure failure, long number)
      throws IOException {
    writer.refuse(asked, failure, number);
    totals.addRefused();
    done.incrementAndGet();
  }

  private Answer rate(CallLine line) {
    var charge =
        line.contradictory()
            ? Charge.unknown(ChargeStatus.USAGE_INVALID, prices.currency(), prices.ref(), List.of())
            : rating.apply(line.call());
    if (reporting == null || charge.status().isUnknown()) {
      return new Answer(line, charge, null, line.flaws());
    }
    var flaws = new ArrayList<>(line.flaws());
    FxTable.@Nullable Converted converted = null;
    try {
      converted = reporting.convert(charge, line.call());
    } catch (Failure noRate) {
      flaws.add(new Flaw(Flaw.Kind.DOUBTFUL, "reporting", String.valueOf(noRate.getMessage())));
    }
    return new Answer(line, charge, converted, List.copyOf(flaws));
  }
}

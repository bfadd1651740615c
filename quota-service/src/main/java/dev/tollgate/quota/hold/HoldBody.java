package dev.tollgate.quota.hold;

import dev.tollgate.quota.redis.Packer;
import dev.tollgate.quota.redis.Unpacker;
import java.util.ArrayList;
import java.util.List;

/// What a record carries that only Java reads: the terms of the hold, and which counters its
/// amounts are on.
record HoldBody(Terms terms, List<Counter> counters) {
  /* An array of the terms' parts, then five per budget: id, group, start, end, codes of the units.
  Times are seconds, or milliseconds below zero where they are not whole seconds. */

  private static final HoldBody EMPTY =
      new HoldBody(new Terms("", "", Spend.NOTHING, 0, false), List.of());
  private static final int TERMS = 7;
  private static final int PER_BUDGET = 5;

  HoldBody {
    counters = List.copyOf(counters);
  }

  /// Writes it as one text.
  void pack(Packer out) {
    var budgets = Counter.byBudget(counters);
    var body = out.open();
    out.array(TERMS + PER_BUDGET * budgets.size());
    out.text(terms.bookRef()).text(terms.currency());
    out.integer(terms.held().costNanos());
    out.integer(terms.held().inputTokens()).integer(terms.held().outputTokens());
    out.integer(terms.maxOutputTokens()).bool(terms.unknownModel());
    for (var units : budgets) {
      var first = units.getFirst();
      out.text(first.budgetId()).text(first.group());
      out.integer(brief(first.startMillis())).integer(brief(first.endMillis()));
      out.text(Counter.codes(units));
    }
    out.close(body);
  }

  /// Of the bytes of that text, or of none, where the record is of no hold.
  static HoldBody parse(byte[] packed) {
    if (packed.length == 0) {
      return EMPTY;
    }
    var in = new Unpacker(packed);
    var budgets = (in.array() - TERMS) / PER_BUDGET;
    var terms =
        new Terms(
            in.text(),
            in.text(),
            new Spend(in.integer(), in.integer(), in.integer()),
            in.integer(),
            in.bool());
    var counters = new ArrayList<Counter>();
    for (int i = 0; i < budgets; i++) {
      counters.addAll(
          Counter.ofBudget(
              in.text(), in.text(), millis(in.integer()), millis(in.integer()), in.text()));
    }
    return new HoldBody(terms, counters);
  }

  private static long brief(long millis) {
    return millis % 1_000 == 0 ? millis / 1_000 : -millis;
  }

  private static long millis(long brief) {
    return brief >= 0 ? brief * 1_000 : -brief;
  }
}

package dev.tollgate.cli;

import dev.tollgate.cli.price.BookFiles;
import dev.tollgate.cli.price.Pricing;
import dev.tollgate.cli.price.Reporting;
import dev.tollgate.cli.price.Totals;
import dev.tollgate.cli.standalone.Problem;
import dev.tollgate.money.Picos;
import dev.tollgate.rating.Period;
import dev.tollgate.rating.PriceStack;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Says what calls cost, with nothing running.
@Command(
    name = "price",
    description = {
      "Says what calls cost. Reads JSON lines, one call each, and writes a JSON line per line, in"
          + " order; totals go to stderr. Needs no service.",
      "",
      "A line has provider, model, time (RFC 3339) and usage: the provider's own usage body, or"
          + " {\"buckets\": {\"input\": 350, \"output\": 200}}. It may have api_flavor (told from"
          + " the body without it), service_tier and region (as the body says without them),"
          + " positions ({\"counter\": 5000}, how much of volumes, allotments and commitments was"
          + " used before) and id (handed back). Another field is a mistake.",
      "",
      "An answer has status, cost (12 decimals; null where it is not known), currency, list_cost,"
          + " contract_cost, reported_cost (the provider's own statement, USD), buckets, lines"
          + " (each with its price and book) and more. A line that can't be read or rated has the"
          + " status INVALID, a reason and errors; the others are priced all the same. Blank lines"
          + " at the end are nothing; elsewhere they are INVALID. A line has at most 1 MiB.",
      "",
      "Without --book, the default book of this release prices. A book of one's own stands alone,"
          + " unless it says \"base\": \"default\".",
      ""
    },
    footer = {
      "",
      "Exit codes: 0, every line was read, whatever its status; 1, a line is INVALID, or a file"
          + " is; 2, wrong options; 141, nobody reads the answers any more.",
      "",
      "Example:",
      """
        echo '{"provider": "openai", "model": "gpt-4o", "usage": {"buckets": {"input": 350}}}' \\
          | deploy/tollgate price - --time 2026-08-01T00:00:00Z\
      """
    },
    mixinStandardHelpOptions = true)
final class PriceCommand implements Callable<Integer> {
  private static final int INVALID_LINES = 1;

  /// As shells report a program that a closed pipe ended.
  private static final int BROKEN_PIPE = 141;

  private final Tollgate.Machine machine;

  @SuppressWarnings("NullAway.Init")
  @Spec
  CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "The calls, as JSON lines; - is standard input.")
  String input = "-";

  @Option(
      names = "--book",
      paramLabel = "FILE",
      description =
          "Price with this book. Given more than once: books that stand on each other, the"
              + " uppermost first.")
  List<Path> books = List.of();

  @Option(
      names = "--no-default",
      description = "Leave the default book out, also below a book whose base it is.")
  boolean noDefault;

  @Option(
      names = "--time",
      paramLabel = "T",
      description = "The time of lines that state none, RFC 3339. Without it they are INVALID.")
  Optional<Instant> time = Optional.empty();

  @Option(
      names = "--period",
      description =
          "The lines are all calls of one billing period, in order: keeps the positions of"
              + " volumes, allotments and commitments from line to line, and says at the end what"
              + " of the commitments is left.")
  boolean period;

  @Option(
      names = "--fx",
      paramLabel = "FILE",
      description =
          "A table of exchange rates: {\"id\", \"rates\": [{\"from\", \"to\", \"date\", \"rate\","
              + " \"source\"}]}. Goes with --currency.")
  Optional<Path> fx = Optional.empty();

  @Option(
      names = "--currency",
      paramLabel = "C",
      description = "Also give costs in this currency, at the rate of the call's date (UTC).")
  Optional<String> currency = Optional.empty();

  @Option(
      names = "--progress",
      description = "Say every 2 s how far it is, also where stderr is no terminal.")
  boolean progress;

  PriceCommand(Tollgate.Machine machine) {
    this.machine = machine;
  }

  @Override
  public Integer call() {
    checkOptions();
    var prices = BookFiles.stack(books, noDefault);
    var reporting =
        fx.map(file -> new Reporting(BookFiles.rates(file), currency.orElseThrow())).orElse(null);
    var billing = new Period(prices, Map.of());
    var pricing =
        new Pricing(prices, period ? billing::rate : prices::rate, reporting, time.orElse(null));
    var totals = run(pricing);
    var err = spec.commandLine().getErr();
    if (totals.isEmpty()) {
      return BROKEN_PIPE;
    }
    totals.get().print(err);
    if (period) {
      printIdle(billing, prices, err);
    }
    err.flush();
    return totals.get().refused() == 0 ? 0 : INVALID_LINES;
  }

  private void checkOptions() {
    if (fx.isPresent() != currency.isPresent()) {
      throw new ParameterException(spec.commandLine(), "--fx and --currency go together");
    }
    if (currency.filter(code -> !code.matches("[A-Z]{3}")).isPresent()) {
      throw new ParameterException(
          spec.commandLine(), "--currency is three capital letters, such as EUR");
    }
    if (noDefault && books.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--no-default leaves no prices: give a --book");
    }
  }

  /// Empty where nobody reads the answers any more.
  private Optional<Totals> run(Pricing pricing) {
    var err = spec.commandLine().getErr();
    try (var in = open();
        var _ = progress || machine.terminal() ? progressOf(pricing, err) : null) {
      return Optional.of(pricing.run(in, machine.out()));
    } catch (IOException e) {
      if (isClosedPipe(e)) {
        return Optional.empty();
      }
      throw new Problem("the answers can't be written: " + e.getMessage(), e);
    }
  }

  private static @Nullable Progress progressOf(Pricing pricing, PrintWriter err) {
    return Progress.of(() -> String.format(Locale.ROOT, "  %,d lines", pricing.done()), err);
  }

  private InputStream open() {
    if (input.equals("-")) {
      return machine.in();
    }
    try {
      return Files.newInputStream(Path.of(input));
    } catch (IOException e) {
      throw new Problem("can't read " + input + ": check that it is there and readable", e);
    }
  }

  private static boolean isClosedPipe(IOException e) {
    return "Broken pipe".equals(e.getMessage());
  }

  private static void printIdle(Period billing, PriceStack prices, PrintWriter out) {
    for (var idle : billing.idle()) {
      var commitment =
          prices.books().stream()
              .flatMap(book -> book.commitments().stream())
              .filter(each -> each.id().equals(idle.commitmentId()))
              .findFirst()
              .orElseThrow();
      out.printf(
          Locale.ROOT,
          "commitment %s: idle %s %s of the fee of %s, %s left%n",
          idle.commitmentId(),
          idle.cost(),
          prices.currency(),
          commitment.fee(),
          commitment.drawsMoney()
              ? new Picos(idle.quantity()) + " " + prices.currency()
              : String.format(Locale.ROOT, "%,d units", idle.quantity()));
    }
  }
}

package dev.tollgate.query.statement;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.money.Picos;
import dev.tollgate.query.fx.Conversion;
import dev.tollgate.query.fx.CurrencyDay;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// How a statement says amounts in the currency of a conversion. For one statement; not safe for
/// concurrent use.
final class Exchange {
  /* A row is worth its picos times what a unit of its currency is worth on its day, in picos: whole
  numbers of 10^-24 units, of which any number add up exactly in 256 bits. Such a sum is rounded to
  picos once, by whole numbers too: the functions that round go through doubles.

  Rates are found by numbers: the place of the currency, then the day. A row with an amount and
  without a rate can only have arrived after the rates were looked for. It breaks the statement. */
  private static final String PICOS = "toInt256(1000000000000)";
  private static final String TWICE_PICOS = "toInt256(2000000000000)";
  private static final long DAYS = 1 << 16;
  private static final int NUMBERS_MAX = 4_000;
  private static final int PARTS_MAX = 32;

  private final Conversion conversion;
  private final String seconds;
  private final Map<String, Object> parameters;

  /// @param seconds when a row is from
  /// @param parameters of the statement, to which it adds what its texts need
  Exchange(Conversion conversion, String seconds, Map<String, Object> parameters) {
    this.conversion = conversion;
    this.seconds = seconds;
    this.parameters = parameters;
  }

  static String day(String seconds) {
    return "intDiv(toUInt32(" + seconds + "), 86400)";
  }

  String currency() {
    parameters.put("fx_currency", conversion.currency());
    return "{fx_currency:String}";
  }

  /// What an amount of a row is worth, to be added up; 0 without a rate.
  ///
  /// @throws Failure QUERY_TOO_LARGE where there are too many rates
  String worth(String amount) {
    return "toInt256(" + amount + ") * " + rate();
  }

  /// Whether a row has an amount and no rate.
  String isUnknown(String amount) {
    return amount + " != 0 AND " + rate() + " = 0";
  }

  private String rate() {
    var currencies = conversion.currencies();
    var days = conversion.rates().keySet().stream().map(each -> number(currencies, each)).toList();
    var rates = conversion.rates().values().stream().map(Picos::value).toList();
    parameters.put("fx_currencies", currencies);
    return "transform(indexOf({fx_currencies:Array(String)}, toString(r.currency)) * "
        + DAYS
        + " + "
        + day(seconds)
        + ", "
        + array("fx_days_", days, "UInt64")
        + ", "
        + array("fx_rates_", rates, "Int64")
        + ", toInt64(0))";
  }

  private static long number(List<String> currencies, CurrencyDay day) {
    return (currencies.indexOf(day.currency()) + 1) * DAYS + day.day().toEpochDay();
  }

  /* In parts, since a parameter has a bound. */
  private String array(String name, List<Long> numbers, String type) {
    var parts = Math.max(1, Math.ceilDiv(numbers.size(), NUMBERS_MAX));
    if (parts > PARTS_MAX) {
      throw Failure.of(
          Reason.QUERY_TOO_LARGE, "Too many currencies and days to convert: take a shorter range");
    }
    return IntStream.range(0, parts)
        .mapToObj(i -> {
          var end = Math.min((i + 1) * NUMBERS_MAX, numbers.size());
          parameters.put(name + i, numbers.subList(i * NUMBERS_MAX, end));
          return "{" + name + i + ":Array(" + type + ")}";
        })
        .collect(Collectors.joining(", ", "arrayConcat(", ")"));
  }

  /// A sum of such worths in whole picos, half to even.
  static String rounded(String sum) {
    return "arrayMap(y -> intDiv(y - positiveModulo(y, "
        + PICOS
        + "), "
        + PICOS
        + ") - (positiveModulo(y, "
        + TWICE_PICOS
        + ") = "
        + PICOS
        + "), ["
        + sum
        + " + intDiv("
        + PICOS
        + ", 2)])[1]";
  }
}

package dev.tollgate.query.reconcile;

import dev.tollgate.money.Picos;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// A sheet of FOCUS as CSV, read into what it says. Azure, AWS and Google Cloud write times in
/// different ways.
final class FocusSheet {
  private static final String AI = "AI and Machine Learning";
  private static final Pattern DECIMAL =
      Pattern.compile("-?[0-9]{0,20}(\\.[0-9]{0,30})?([eE]-?[0-9]{1,2})?");
  private static final BigDecimal COST_MAX = BigDecimal.valueOf(1_000_000_000_000L);
  private static final long COUNT_MAX = 1_000_000_000_000L;
  private static final Pattern TOKENS = Pattern.compile("(?i)(?:(1|1k|1000|1m|1000000) )?tokens?");
  private static final Map<String, Integer> POWERS =
      Map.of("1", 0, "1k", 3, "1000", 3, "1m", 6, "1000000", 6);

  private final Theirs theirs;
  private final String modelColumn;
  private final String keyColumn;
  private final Map<String, Integer> columns = new HashMap<>();

  /// @param keyColumn empty where the sheet has no keys
  FocusSheet(Theirs theirs, String modelColumn, String keyColumn) {
    this.theirs = theirs;
    this.modelColumn = modelColumn;
    this.keyColumn = keyColumn;
  }

  void read(Place place, String text) {
    columns.clear();
    var rows = new CsvRows(place, text);
    var head = rows.next().orElseThrow(() -> place.bad("", "a JSON report or a FOCUS sheet"));
    for (var name : head.cells()) {
      if (columns.putIfAbsent(name, columns.size()) != null) {
        throw place.at("line 1").bad(name, "each column once");
      }
    }
    for (var row = rows.next(); row.isPresent(); row = rows.next()) {
      row(place.at("line " + row.get().line()), row.get());
    }
  }

  private void row(Place place, CsvRows.Row row) {
    if (row.cells().size() != columns.size()) {
      throw place.bad(row.cells().size() + " cells", columns.size() + ", as in the first row");
    }
    if (!cell(place, row, "ServiceCategory").equals(AI)) {
      return;
    }
    var day = day(place, row);
    var provider = required(place, row, "ProviderName");
    var model = cell(place, row, modelColumn);
    var currency = cell(place, row, "BillingCurrency");
    if (!currency.matches("[A-Z]{3}")) {
      throw place.at("BillingCurrency").bad(currency, "a currency as ISO 4217 has it");
    }
    var cost =
        decimal(place, row, "BilledCost", COST_MAX).setScale(Picos.SCALE, RoundingMode.HALF_EVEN);
    theirs.saysCosts(day, provider);
    theirs.saysTokens(day, provider);
    theirs.addCost(day, provider, model, currency, cost.unscaledValue());
    var tokens = tokens(place, row);
    if (tokens.isPresent()) {
      var key = keyColumn.isEmpty() ? "" : cell(place, row, keyColumn);
      theirs.addTokens(day, provider, model, key, tokens.getAsLong());
    } else if (cost.signum() != 0) {
      theirs.addUnmeasured(day, provider, model);
    }
  }

  private String cell(Place place, CsvRows.Row row, String column) {
    var at = columns.get(column);
    if (at == null) {
      throw place.bad(String.join(",", columns.keySet()), "a sheet with the column " + column);
    }
    return row.cells().get(at);
  }

  private String required(Place place, CsvRows.Row row, String column) {
    var cell = cell(place, row, column);
    if (cell.isEmpty()) {
      throw place.at(column).bad(cell, "a text");
    }
    return cell;
  }

  private BigDecimal decimal(Place place, CsvRows.Row row, String column, BigDecimal max) {
    var text = required(place, row, column);
    if (!DECIMAL.matcher(text).matches() || !text.matches(".*[0-9].*")) {
      throw place.at(column).bad(text, "a decimal number");
    }
    var decimal = new BigDecimal(text);
    if (decimal.abs().compareTo(max) > 0) {
      throw place.at(column).bad(text, "at most " + max);
    }
    return decimal;
  }

  /* Empty where it was not measured in tokens. */
  private OptionalLong tokens(Place place, CsvRows.Row row) {
    var unit = TOKENS.matcher(cell(place, row, "ConsumedUnit"));
    if (!unit.matches()) {
      return OptionalLong.empty();
    }
    var power = Optional.ofNullable(unit.group(1)).map(FocusSheet::power).orElse(0);
    var max = BigDecimal.valueOf(COUNT_MAX);
    var tokens = decimal(place, row, "ConsumedQuantity", max).movePointRight(power);
    if (tokens.abs().compareTo(max) > 0 || tokens.stripTrailingZeros().scale() > 0) {
      throw place.at("ConsumedQuantity").bad(tokens.toPlainString(), "a whole number of tokens");
    }
    return OptionalLong.of(tokens.longValueExact());
  }

  private static int power(String text) {
    return POWERS.getOrDefault(text.toLowerCase(Locale.ROOT), 0);
  }

  private LocalDate day(Place place, CsvRows.Row row) {
    var text = required(place, row, "ChargePeriodStart");
    var iso = text.replace(" UTC", "Z").replace(' ', 'T');
    try {
      return (iso.matches(".*(Z|[+-][0-9]{2}:[0-9]{2})")
              ? OffsetDateTime.parse(iso).withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime()
              : LocalDateTime.parse(iso))
          .toLocalDate();
    } catch (DateTimeException malformed) {
      throw place.at("ChargePeriodStart").bad(text, "a time in UTC, as 2026-11-03T00:00:00Z");
    }
  }
}

package dev.tollgate.query.fx;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.tollgate.failure.Failure;
import dev.tollgate.kernel.control.Entry;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.kernel.field.Times;
import dev.tollgate.money.Picos;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/// Tables of rates as they go over the wire and into the store: parsed with every mistake named,
/// and printed.
final class FxTableForm {
  static final long VERSION_MAX = 1_000_000_000_000_000L;

  private static final int RATES_MAX = 10_000;
  private static final int SOURCE_MAX = 256;
  private static final int DAYS_MAX = 400;
  private static final int DAYS_UNSAID = 7;
  private static final int MISTAKES_MAX = 100;
  private static final LocalDate DATE_MIN = LocalDate.parse("2000-01-01");
  private static final LocalDate DATE_MAX = LocalDate.parse("2099-12-31");
  private static final BigDecimal RATE_MAX = new BigDecimal(9_000_000);
  private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");
  private static final Pattern DATE = Pattern.compile("\\d{4}-\\d\\d-\\d\\d");
  private static final Pattern RATE = Pattern.compile("\\d{1,7}(\\.\\d{1,12})?");

  private FxTableForm() {}

  /// Reads a table; what is wrong with it is in the fields afterwards, of its rates up to a limit.
  static FxTable parse(Fields fields, dev.tollgate.proto.query.v1.FxTable form) {
    var id = fields.id("table.fx_table_id", form.getFxTableId());
    var currency = currency(fields, "table.currency_code", form.getCurrencyCode());
    var source = fields.text("table.source", form.getSource(), 1, SOURCE_MAX);
    var days = (int) fields.count("table.days_max", form.getDaysMax(), 0, DAYS_MAX);
    var version = fields.count("table.version", form.getVersion(), 0, VERSION_MAX);
    fields.count("table.rates (size)", form.getRatesCount(), 1, RATES_MAX);
    var rates = new ArrayList<FxRate>();
    if (form.getRatesCount() <= RATES_MAX) {
      var seen = new HashSet<List<Object>>();
      for (var i = 0; i < form.getRatesCount(); i++) {
        if (fields.violations().size() >= MISTAKES_MAX) {
          break;
        }
        var field = "table.rates[" + i + "]";
        var rate = rate(fields, field, form.getRates(i));
        if (rate.currency().equals(currency)) {
          fields.rejectText(field + ".currency_code", currency, "another than the table's");
        }
        if (!seen.add(List.of(rate.currency(), rate.date()))) {
          fields.rejectText(field + ".date", form.getRates(i).getDate(), "once per currency");
        }
        rates.add(rate);
      }
    }
    rates.sort(Comparator.comparing(FxRate::currency).thenComparing(FxRate::date));
    return new FxTable(
        id, currency, source, days == 0 ? DAYS_UNSAID : days, rates, version, Instant.EPOCH, "");
  }

  private static FxRate rate(Fields fields, String field, dev.tollgate.proto.query.v1.FxRate form) {
    return new FxRate(
        currency(fields, field + ".currency_code", form.getCurrencyCode()),
        date(fields, field + ".date", form.getDate()),
        worth(fields, field + ".rate", form.getRate()));
  }

  private static String currency(Fields fields, String field, String code) {
    if (!CURRENCY.matcher(code).matches()) {
      fields.rejectText(field, code, "an ISO 4217 code like USD");
    }
    return code;
  }

  private static LocalDate date(Fields fields, String field, String text) {
    try {
      var date = DATE.matcher(text).matches() ? LocalDate.parse(text) : LocalDate.MIN;
      if (!date.isBefore(DATE_MIN) && !date.isAfter(DATE_MAX)) {
        return date;
      }
    } catch (DateTimeException none) {
      // Is said below, with what is no date at all.
    }
    fields.rejectText(field, text, "a day from " + DATE_MIN + " to " + DATE_MAX);
    return DATE_MIN;
  }

  private static Picos worth(Fields fields, String field, String text) {
    if (RATE.matcher(text).matches()) {
      var rate = new BigDecimal(text);
      if (rate.signum() > 0 && rate.compareTo(RATE_MAX) <= 0) {
        return Picos.of(rate);
      }
    }
    fields.rejectText(
        field, text, "a decimal above 0 up to " + RATE_MAX + ", at most 12 fraction digits");
    return Picos.ZERO;
  }

  /// The table that an entry of the store holds: the store knows its version, time and writer.
  static FxTable stored(Entry entry) {
    try {
      var form = dev.tollgate.proto.query.v1.FxTable.newBuilder();
      JsonFormat.parser().ignoringUnknownFields().merge(entry.content(), form);
      var fields = new Fields();
      var read = parse(fields, form.build());
      fields.check();
      return new FxTable(
          read.id(),
          read.currency(),
          read.source(),
          read.daysMax(),
          read.rates(),
          entry.version(),
          entry.writeTime(),
          entry.actor());
    } catch (InvalidProtocolBufferException | Failure e) {
      throw new IllegalStateException(
          "table of rates %s/%s/%d can't be read"
              .formatted(entry.tenant(), entry.id(), entry.version()),
          e);
    }
  }

  /// As it goes into the store.
  static String json(FxTable table) {
    try {
      return JsonFormat.printer()
          .omittingInsignificantWhitespace()
          .print(print(table).toBuilder().clearVersion().clearUpdateTime().clearActor());
    } catch (InvalidProtocolBufferException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static dev.tollgate.proto.query.v1.FxTable print(FxTable table) {
    var form =
        dev.tollgate.proto.query.v1.FxTable.newBuilder()
            .setFxTableId(table.id())
            .setCurrencyCode(table.currency())
            .setSource(table.source())
            .setDaysMax(table.daysMax())
            .setVersion(table.version())
            .setActor(table.actor());
    if (table.version() > 0) {
      form.setUpdateTime(Times.timestamp(table.updateTime()));
    }
    table.rates().forEach(rate -> form.addRates(print(rate)));
    return form.build();
  }

  private static dev.tollgate.proto.query.v1.FxRate print(FxRate rate) {
    return dev.tollgate.proto.query.v1.FxRate.newBuilder()
        .setCurrencyCode(rate.currency())
        .setDate(rate.date().toString())
        .setRate(rate.worth().toUnits().stripTrailingZeros().toPlainString())
        .build();
  }
}

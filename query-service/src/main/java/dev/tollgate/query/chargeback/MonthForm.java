package dev.tollgate.query.chargeback;

import dev.tollgate.proto.query.v1.AllocationRule;
import dev.tollgate.proto.query.v1.Statement;
import dev.tollgate.query.ask.AskedFields;
import java.time.YearMonth;
import java.util.List;
import java.util.regex.Pattern;

/// Months as they go over the wire.
final class MonthForm {
  private static final Pattern MONTH = Pattern.compile("20[0-9]{2}-(0[1-9]|1[0-2])");
  private static final YearMonth HARMLESS = YearMonth.of(2000, 1);

  private MonthForm() {}

  /// Reads a month and its rules; what is wrong with it is in the fields afterwards.
  static Month parse(AskedFields asked, String month, String timeZone, List<AllocationRule> rules) {
    var isMonth = MONTH.matcher(month).matches();
    if (!isMonth) {
      asked.fields().rejectText("month", month, "a month like 2026-08, from 2000-01 to 2099-12");
    }
    return new Month(
        isMonth ? YearMonth.parse(month) : HARMLESS,
        asked.zone(timeZone),
        RuleForm.parse(asked.fields(), rules));
  }

  /// Of a statement that was issued.
  static Month of(Statement issued) {
    var asked = new AskedFields();
    var month = parse(asked, issued.getMonth(), issued.getTimeZone(), issued.getRulesList());
    asked.check();
    return month;
  }
}

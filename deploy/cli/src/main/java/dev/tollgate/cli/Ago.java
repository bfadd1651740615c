package dev.tollgate.cli;

import java.time.Duration;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// How long ago something began, as people write it: `30d`, `12h`, `4w`.
final class Ago implements ITypeConverter<Duration> {
  private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,4})([hdw])");
  private static final int DAYS_OF_WEEK = 7;

  @Override
  public Duration convert(String text) {
    var form = FORM.matcher(text);
    if (!form.matches()) {
      throw new TypeConversionException(
          "'" + text + "' (expected: a number of hours, days or weeks, like 12h, 30d or 4w)");
    }
    var number = Long.parseLong(form.group(1));
    return switch (form.group(2)) {
      case "h" -> Duration.ofHours(number);
      case "d" -> Duration.ofDays(number);
      default -> Duration.ofDays(DAYS_OF_WEEK * number);
    };
  }
}

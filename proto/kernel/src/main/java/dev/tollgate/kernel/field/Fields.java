package dev.tollgate.kernel.field;

import com.google.protobuf.ProtocolMessageEnum;
import com.google.protobuf.Timestamp;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Failure.Violation;
import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Money;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// The mistakes of one request, collected while its fields are read. A reader returns its value, or
/// in place of a bad one something harmless, so that all mistakes can be found before [#check]
/// throws. Not safe for concurrent use.
public final class Fields {
  /// Most characters of a dimension's value.
  public static final int DIMENSION_VALUE_MAX = 256;

  private static final int TAGS_MAX = 16;

  /* 10,000 years, as google.protobuf.Duration says. */
  private static final long SECONDS_MAX = 315_576_000_000L;
  private static final Pattern ID = Pattern.compile("[a-z][a-z0-9-]{0,62}");
  private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");
  private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,18}(\\.[0-9]{1,18})?");

  private final List<Violation> violations = new ArrayList<>();

  /// An id that people choose: 1 to 63 of `a-z 0-9 -`, starting with a letter.
  public String id(String field, String value) {
    if (!ID.matcher(value).matches()) {
      reject(field, Shown.text(value), "1 to 63 of a-z 0-9 -, starting with a letter");
    }
    return value;
  }

  /// An opaque text of 1 to `max` printable ASCII characters.
  public String token(String field, String value, int max) {
    if (value.isEmpty() || value.length() > max || !isPrintableAscii(value)) {
      reject(field, Shown.text(value), "1 to " + max + " printable ASCII characters, no blanks");
    }
    return value;
  }

  private static boolean isPrintableAscii(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) <= ' ' || value.charAt(i) >= 0x7f) {
        return false;
      }
    }
    return true;
  }

  /// A text for people: no control characters, its length counted in code points.
  public String text(String field, String value, int min, int max) {
    if (!fits(value, min, max)) {
      var size = min == max ? "" + min : min + " to " + max;
      reject(field, Shown.text(value), size + " characters, no control characters");
    }
    return value;
  }

  private static boolean fits(String value, int min, int max) {
    var length = value.codePointCount(0, value.length());
    return length >= min && length <= max && !hasControl(value);
  }

  /* No control character is beyond the 16 bits of a char. */
  private static boolean hasControl(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (Character.isISOControl(value.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  public long count(String field, long value, long min, long max) {
    if (value < min || value > max) {
      reject(field, "" + value, min + " to " + max);
      return min;
    }
    return value;
  }

  public Instant instant(String field, boolean present, Timestamp value, Instant min, Instant max) {
    if (!present) {
      reject(field, "missing", "a time from " + min + " to " + max);
      return min;
    }
    var sane =
        value.getSeconds() > Instant.MIN.getEpochSecond()
            && value.getSeconds() < Instant.MAX.getEpochSecond();
    var nanosFit = value.getNanos() >= 0 && value.getNanos() < 1_000_000_000;
    if (!sane || !nanosFit) {
      reject(field, value.getSeconds() + " s " + value.getNanos() + " ns", "a valid timestamp");
      return min;
    }
    var instant = Instant.ofEpochSecond(value.getSeconds(), value.getNanos());
    if (instant.isBefore(min) || instant.isAfter(max)) {
      reject(field, instant.toString(), "a time from " + min + " to " + max);
      return min;
    }
    return instant;
  }

  public Duration duration(
      String field, com.google.protobuf.Duration value, Duration min, Duration max) {
    var nanos = value.getNanos();
    var signsAgree = nanos == 0 || value.getSeconds() == 0 || nanos > 0 == value.getSeconds() > 0;
    var sane = value.getSeconds() > -SECONDS_MAX && value.getSeconds() < SECONDS_MAX;
    if (sane && Math.abs((long) nanos) < 1_000_000_000 && signsAgree) {
      var duration = Duration.ofSeconds(value.getSeconds(), nanos);
      if (duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0) {
        return duration;
      }
    }
    reject(field, value.getSeconds() + " s " + nanos + " ns", min + " to " + max);
    return min;
  }

  /// An exact amount from 0 to `max` of a currency's units, with at most `scale` fraction digits.
  public BigDecimal amount(String field, Money money, int scale, BigDecimal max) {
    return amount(field, money, scale, BigDecimal.ZERO, max);
  }

  /// An exact amount from `min`, which may be negative, to `max`.
  public BigDecimal amount(String field, Money money, int scale, BigDecimal min, BigDecimal max) {
    if (!CURRENCY.matcher(money.getCurrencyCode()).matches()) {
      reject(
          field + ".currency_code",
          Shown.text(money.getCurrencyCode()),
          "an ISO 4217 code like USD");
    }
    if (DECIMAL.matcher(money.getAmount()).matches()) {
      var amount = new BigDecimal(money.getAmount());
      var exact = amount.stripTrailingZeros().scale() <= scale;
      if (exact && amount.compareTo(min) >= 0 && amount.compareTo(max) <= 0) {
        return amount;
      }
    }
    reject(
        field + ".amount",
        Shown.text(money.getAmount()),
        "a decimal from %s to %s, at most %d fraction digits"
            .formatted(min.toPlainString(), max.toPlainString(), scale));
    return BigDecimal.ZERO;
  }

  /// Every value within its length; `provider` and `model` given where the call is to be priced.
  public Dimensions dimensions(String field, Dimensions value, boolean modelRequired) {
    for (var dimension : Dimension.ALL) {
      var content = dimension.read(value);
      if (content.length() > DIMENSION_VALUE_MAX || hasControl(content)) {
        text(field + "." + dimension.name(), content, 0, DIMENSION_VALUE_MAX);
      }
    }
    if (modelRequired) {
      given(field + ".provider", value.getProvider());
      given(field + ".model", value.getModel());
    }
    count(field + ".tags (size)", value.getTagsCount(), 0, TAGS_MAX);
    if (value.getTagsCount() <= TAGS_MAX) {
      value
          .getTagsMap()
          .forEach((key, content) -> {
            if (!fits(key, 1, Dimension.TAG_KEY_MAX)) {
              text(field + ".tags (key)", key, 1, Dimension.TAG_KEY_MAX);
            }
            if (!fits(content, 0, DIMENSION_VALUE_MAX)) {
              text(field + ".tags[" + Shown.clip(key) + "]", content, 0, DIMENSION_VALUE_MAX);
            }
          });
    }
    return value;
  }

  /// No value but the pinned ones where something is pinned.
  public void pins(String field, Dimensions given, Map<String, String> pins) {
    pins.forEach((name, value) -> {
      var sent = Dimension.of(name).orElseThrow().read(given);
      if (!sent.isEmpty() && !sent.equals(value)) {
        reject(
            field + "." + name,
            Shown.text(sent),
            Shown.text(value) + ", which the credential pins");
      }
    });
  }

  /// An enum value that this server knows; its number is what `getXxxValue()` says.
  public <E extends Enum<E> & ProtocolMessageEnum> E known(String field, E value, int number) {
    if (value.name().equals("UNRECOGNIZED")) {
      reject(field, "" + number, "one of " + knownNames(value));
    }
    return value;
  }

  /// As [#known], and not the unspecified one.
  public <E extends Enum<E> & ProtocolMessageEnum> E specified(String field, E value, int number) {
    if (number == 0) {
      reject(field, value.name(), "one of " + knownNames(value));
    }
    return known(field, value, number);
  }

  private static <E extends Enum<E>> String knownNames(E value) {
    var names = new ArrayList<String>();
    for (var known : value.getDeclaringClass().getEnumConstants()) {
      if (!known.name().endsWith("_UNSPECIFIED") && !known.name().equals("UNRECOGNIZED")) {
        names.add(known.name());
      }
    }
    return String.join(", ", names);
  }

  private void given(String field, String value) {
    if (value.isEmpty()) {
      reject(field, "missing", "1 to " + DIMENSION_VALUE_MAX + " characters");
    }
  }

  /// Adds a mistake: the value, fit to be shown, and the expectation.
  public void reject(String field, String value, String expectation) {
    reject(field, value + " (expected: " + expectation + ")");
  }

  /// Adds a mistake in a caller's text, whatever is in it.
  public void rejectText(String field, String value, String expectation) {
    reject(field, Shown.text(value), expectation);
  }

  /// Adds a mistake: the description is the value with the expectation, `-1 (expected: > 0)`.
  public void reject(String field, String description) {
    violations.add(new Violation(field, description));
  }

  /// Throws FIELD_INVALID with all mistakes, where there is one.
  public void check() {
    if (!violations.isEmpty()) {
      throw Failure.invalid(violations);
    }
  }

  public List<Violation> violations() {
    return List.copyOf(violations);
  }
}

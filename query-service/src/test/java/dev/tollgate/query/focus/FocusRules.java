package dev.tollgate.query.focus;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import dev.tollgate.proto.query.v1.FocusRow;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;

/// The rules of FOCUS 1.2 (focus.finops.org/focus-specification/v1-2) for a row of cost and usage,
/// as far as its columns are: which are there, which may be null, what they may say, and what they
/// say of each other.
@NullMarked
final class FocusRules {
  private static final List<String> NOT_NULL =
      List.of(
          "BilledCost",
          "BillingAccountId",
          "BillingAccountName",
          "BillingCurrency",
          "BillingPeriodEnd",
          "BillingPeriodStart",
          "ChargeCategory",
          "ChargeDescription",
          "ChargeFrequency",
          "ChargePeriodEnd",
          "ChargePeriodStart",
          "ContractedCost",
          "EffectiveCost",
          "InvoiceIssuerName",
          "ListCost",
          "ProviderName",
          "PublisherName",
          "ServiceCategory",
          "ServiceName",
          "ServiceSubcategory");

  /// Null where they are of no use, and of usage and purchases only in corrections.
  private static final List<String> OF_PRICES =
      List.of("PricingQuantity", "PricingUnit", "PricingCategory", "SkuId", "SkuPriceId");

  private static final Map<String, Set<String>> ALLOWED =
      Map.of(
          "ChargeCategory", Set.of("Usage", "Purchase", "Tax", "Credit", "Adjustment"),
          "ChargeClass", Set.of("Correction"),
          "ChargeFrequency", Set.of("One-Time", "Recurring", "Usage-Based"),
          "PricingCategory", Set.of("Standard", "Dynamic", "Committed", "Other"),
          "ServiceCategory", Set.of("AI and Machine Learning"),
          "ServiceSubcategory",
              Set.of(
                  "AI Platforms",
                  "Bots",
                  "Generative AI",
                  "Machine Learning",
                  "Natural Language Processing",
                  "Other (AI and Machine Learning)"));

  private static final Pattern DECIMAL = Pattern.compile("-?[0-9]+(\\.[0-9]+)?");
  private static final Pattern TIME =
      Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z");
  private static final Pattern NAME = Pattern.compile("(x_)?[A-Z][A-Za-z]*");

  private final Map<String, String> row = new TreeMap<>();
  private final List<String> complaints = new ArrayList<>();

  private FocusRules() {}

  /// What is wrong with a row.
  static List<String> complaints(FocusRow row) {
    var rules = new FocusRules();
    var columns = new ArrayList<String>();
    for (var field : FocusRow.getDescriptor().getFields()) {
      columns.add(field.getJsonName());
      if (!field.hasPresence() || row.hasField(field)) {
        rules.row.put(field.getJsonName(), row.getField(field).toString());
      }
    }
    NOT_NULL.forEach(name -> rules.expect(columns.contains(name), name + " is no column"));
    OF_PRICES.forEach(name -> rules.expect(columns.contains(name), name + " is no column"));
    columns.forEach(
        name -> rules.expect(NAME.matcher(name).matches(), name + " is no name of a column"));
    rules.values();
    rules.periods();
    rules.quantities();
    return List.copyOf(rules.complaints);
  }

  /// The tags of a row; none where they are null.
  static Map<String, String> tags(FocusRow row) {
    var tags = new TreeMap<String, String>();
    if (row.hasTags()) {
      var object = Struct.newBuilder();
      try {
        JsonFormat.parser().merge(row.getTags(), object);
      } catch (InvalidProtocolBufferException malformed) {
        throw new AssertionError(row.getTags(), malformed);
      }
      object.getFieldsMap().forEach((key, value) -> tags.put(key, value.getStringValue()));
    }
    return tags;
  }

  private void values() {
    NOT_NULL.forEach(name -> expect(get(name).isPresent(), name + " is null"));
    row.forEach((name, value) -> expect(!value.isEmpty(), name + " is empty instead of null"));
    ALLOWED.forEach((name, allowed) ->
        get(name)
            .ifPresent(value ->
                expect(allowed.contains(value), name + " is " + value + ", none of " + allowed)));
    for (var name :
        List.of(
            "BilledCost",
            "ContractedCost",
            "EffectiveCost",
            "ListCost",
            "PricingQuantity",
            "ConsumedQuantity")) {
      get(name)
          .ifPresent(
              value -> expect(DECIMAL.matcher(value).matches(), name + " is no decimal: " + value));
    }
    get("BillingCurrency")
        .ifPresent(code -> expect(code.matches("[A-Z]{3}"), "BillingCurrency is " + code));
  }

  private void periods() {
    for (var name : List.of("BillingPeriod", "ChargePeriod")) {
      var start = time(name + "Start");
      var end = time(name + "End");
      expect(start.isBefore(end), name + " is empty");
    }
    var first = time("BillingPeriodStart").atOffset(ZoneOffset.UTC);
    expect(first.getDayOfMonth() == 1, "BillingPeriodStart is no first of a month");
    expect(
        first.plusMonths(1).toInstant().equals(time("BillingPeriodEnd")),
        "the billing period is no month");
    expect(
        !time("ChargePeriodStart").isBefore(first.toInstant())
            && !time("ChargePeriodEnd").isAfter(time("BillingPeriodEnd")),
        "the charge period is outside of the billing period");
  }

  private Instant time(String name) {
    var text = get(name).orElse("");
    var isTime = TIME.matcher(text).matches();
    expect(isTime, name + " is no time: " + text);
    return isTime ? Instant.parse(text) : Instant.EPOCH;
  }

  private void quantities() {
    var category = get("ChargeCategory").orElse("");
    var isCorrection = get("ChargeClass").isPresent();
    var isPriced = category.equals("Usage") || category.equals("Purchase");
    if (isPriced && !isCorrection) {
      OF_PRICES.forEach(name -> expect(get(name).isPresent(), name + " is null of " + category));
    }
    if (category.equals("Tax")) {
      OF_PRICES.forEach(name -> expect(get(name).isEmpty(), name + " is not null of a tax"));
    }
    expect(
        get("PricingQuantity").isPresent() == get("PricingUnit").isPresent(),
        "one of PricingQuantity and PricingUnit is null");
    expect(
        get("ConsumedQuantity").isPresent() == get("ConsumedUnit").isPresent(),
        "one of ConsumedQuantity and ConsumedUnit is null");
    if (!category.equals("Usage")) {
      expect(get("ConsumedQuantity").isEmpty(), "ConsumedQuantity is not null of " + category);
    } else if (!isCorrection && new BigDecimal(get("PricingQuantity").orElse("0")).signum() > 0) {
      expect(
          new BigDecimal(get("ConsumedQuantity").orElse("0")).signum() > 0,
          "ConsumedQuantity is not above 0");
    }
    if (category.equals("Purchase")) {
      expect(
          !get("ChargeFrequency").equals(Optional.of("Usage-Based")), "a purchase is Usage-Based");
    }
  }

  private Optional<String> get(String name) {
    return Optional.ofNullable(row.get(name));
  }

  private void expect(boolean holds, String complaint) {
    if (!holds) {
      complaints.add(complaint);
    }
  }
}

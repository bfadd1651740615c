package dev.tollgate.cli.price;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.failure.Failure;
import dev.tollgate.money.Picos;
import dev.tollgate.rating.Charge;
import dev.tollgate.rating.FxTable;
import dev.tollgate.rating.PriceStack;
import java.io.Closeable;
import java.io.Flushable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes one JSON object per line of the input. All have `status`, `cost`, `currency`,
/// `list_cost`, `buckets` and `lines`, also where the line was refused.
final class AnswerWriter implements Flushable, Closeable {
  /// The status of a line that could not be read or rated.
  static final String INVALID = "INVALID";

  private final JsonGenerator json;
  private final PriceStack prices;
  private final boolean reports;

  /// @param reports whether the cost is also given in a currency of reports
  AnswerWriter(OutputStream out, PriceStack prices, boolean reports) throws IOException {
    this.json = LineJson.generator(out);
    this.prices = prices;
    this.reports = reports;
  }

  /// @param asked the line itself
  void write(JsonNode asked, Answer answer) throws IOException {
    var call = answer.line().call();
    var charge = answer.charge();
    json.writeStartObject();
    id(asked);
    text("provider", call.provider());
    text("model", call.model());
    text("time", call.time().toString());
    text("service_tier", call.serviceTier());
    text("region", call.region());
    text("status", charge.status().name());
    var known = !charge.status().isUnknown();
    amount("cost", known ? charge.cost() : null);
    text("currency", charge.currency());
    amount("list_cost", known ? charge.listCost() : null);
    amount("contract_cost", known ? charge.contractCost() : null);
    amount("reported_cost", charge.reportedCost().orElse(null));
    json.writeBooleanField("rounded", charge.rounded());
    if (reports) {
      reporting(answer.reporting());
    }
    buckets(call.usage().buckets());
    lines(charge);
    json.writeArrayFieldStart("unpriced");
    for (var bucket : charge.unpriced()) {
      json.writeString(bucket.bucketName());
    }
    json.writeEndArray();
    draws(charge);
    text("price_book", charge.bookRef());
    text("engine_version", PriceStack.ENGINE_VERSION);
    text("profile", answer.line().profile());
    flaws(answer);
    end();
  }

  /// @param asked the line itself; a missing node where it is no JSON
  void refuse(JsonNode asked, Failure failure, long number) throws IOException {
    json.writeStartObject();
    id(asked);
    text("status", INVALID);
    amount("cost", null);
    text("currency", prices.currency());
    amount("list_cost", null);
    text("reason", failure.reason().name());
    json.writeArrayFieldStart("errors");
    for (var violation : failure.violations()) {
      error(violation.field(), violation.description());
    }
    if (failure.violations().isEmpty()) {
      error("usage", String.valueOf(failure.getMessage()));
    }
    json.writeEndArray();
    json.writeNumberField("line", number);
    buckets(Map.of());
    json.writeArrayFieldStart("lines");
    json.writeEndArray();
    end();
  }

  @Override
  public void flush() throws IOException {
    json.flush();
  }

  /// Writes what is left; what it writes to stays open.
  @Override
  public void close() throws IOException {
    json.close();
  }

  private void id(JsonNode asked) throws IOException {
    var id = asked.path("id");
    if (!CallReader.isId(id)) {
      return;
    }
    json.writeFieldName("id");
    if (id.isTextual()) {
      json.writeString(id.textValue());
    } else {
      json.writeNumber(id.bigIntegerValue());
    }
  }

  private void reporting(FxTable.@Nullable Converted converted) throws IOException {
    if (converted == null) {
      json.writeNullField("reporting");
      return;
    }
    json.writeObjectFieldStart("reporting");
    text("currency", converted.rate().to());
    amount("cost", converted.amount());
    text("rate", converted.rate().rate().toPlainString());
    text("date", converted.rate().date().toString());
    json.writeBooleanField("rounded", converted.rounded());
    json.writeEndObject();
  }

  private void buckets(Map<String, Long> buckets) throws IOException {
    json.writeObjectFieldStart("buckets");
    for (var bucket : buckets.entrySet()) {
      json.writeNumberField(bucket.getKey(), bucket.getValue());
    }
    json.writeEndObject();
  }

  private void lines(Charge charge) throws IOException {
    json.writeArrayFieldStart("lines");
    for (var line : charge.lines()) {
      json.writeStartObject();
      text("bucket", line.bucket().bucketName());
      json.writeNumberField("quantity", line.quantity());
      text("price_id", line.priceId());
      text("book", line.applied().bookRef());
      json.writeArrayFieldStart("multipliers");
      for (var multiplier : line.applied().multiplierIds()) {
        json.writeString(multiplier);
      }
      json.writeEndArray();
      amount("cost", line.cost());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void draws(Charge charge) throws IOException {
    json.writeArrayFieldStart("draws");
    for (var draw : charge.draws()) {
      json.writeStartObject();
      text("counter", draw.counter());
      json.writeNumberField("quantity", draw.quantity());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void flaws(Answer answer) throws IOException {
    json.writeArrayFieldStart("flaws");
    for (var flaw : answer.flaws()) {
      json.writeStartObject();
      text("field", flaw.field());
      text("rule", flaw.rule());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void error(String field, String description) throws IOException {
    json.writeStartObject();
    text("field", field);
    text("description", description);
    json.writeEndObject();
  }

  private void text(String field, String text) throws IOException {
    json.writeStringField(field, text);
  }

  /// All 12 digits after the point; null where it is not known.
  private void amount(String field, @Nullable Picos amount) throws IOException {
    if (amount == null) {
      json.writeNullField(field);
    } else {
      json.writeStringField(field, amount.toString());
    }
  }

  private void end() throws IOException {
    json.writeEndObject();
    json.writeRaw('\n');
  }
}

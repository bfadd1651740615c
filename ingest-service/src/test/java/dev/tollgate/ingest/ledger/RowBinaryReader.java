package dev.tollgate.ingest.ledger;

import dev.tollgate.ingest.attribute.Attribution;
import dev.tollgate.ingest.encode.AttributionPart;
import dev.tollgate.ingest.encode.UsageRow;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Reads a row of the log's RowBinary back, by the types that the table's columns have.
final class RowBinaryReader {
  private static final Set<String> INT8 = Set.of("sign", "rounded", "backfilled");
  private static final Set<String> INT16 = Set.of("attempt");
  private static final Set<String> INT32 =
      Set.of("entry_seq", "latency_millis", "time_to_first_token_millis");
  private static final Set<String> INT64 =
      Set.of(
          "event_time",
          "origin_time",
          "received_time",
          "checked_at",
          "version",
          "cost_picos",
          "list_cost_picos",
          "quota_nanos",
          "input_tokens",
          "cache_read_tokens",
          "cache_write_tokens",
          "output_tokens",
          "reasoning_tokens",
          "requested_max_output_tokens",
          "system_prompt_tokens");

  private final ByteBuffer in;
  private final Map<String, Object> values = new HashMap<>();
  private final ByteArrayOutputStream shared = new ByteArrayOutputStream();
  private final ByteArrayOutputStream attribution = new ByteArrayOutputStream();

  private RowBinaryReader(byte[] row) {
    this.in = ByteBuffer.wrap(row).order(ByteOrder.LITTLE_ENDIAN);
  }

  static RowBinaryReader read(byte[] row) {
    var reader = new RowBinaryReader(row);
    for (var column : UsageRow.columnNames()) {
      var from = reader.in.position();
      reader.values.put(column, reader.value(column));
      if (UsageRow.eventColumnNames().contains(column)) {
        reader.shared.write(row, from, reader.in.position() - from);
      }
      if (AttributionPart.columnNames().contains(column)) {
        reader.attribution.write(row, from, reader.in.position() - from);
      }
    }
    if (reader.in.hasRemaining()) {
      throw new IllegalArgumentException(reader.in.remaining() + " bytes too many");
    }
    return reader;
  }

  /// The bytes of the columns that all entries of the event share.
  byte[] eventPart() {
    return shared.toByteArray();
  }

  /// What its event is attributed to.
  Attribution attribution() {
    return AttributionPart.read(attribution.toByteArray());
  }

  /// What stands in the column, which must be of this type.
  <T> T get(String column, Class<T> type) {
    return type.cast(Objects.requireNonNull(values.get(column)));
  }

  String text(String column) {
    return get(column, String.class);
  }

  long integer(String column) {
    return get(column, Long.class);
  }

  private Object value(String column) {
    if (INT8.contains(column)) {
      return (long) in.get();
    }
    if (INT16.contains(column)) {
      return (long) in.getShort();
    }
    if (INT32.contains(column)) {
      return (long) in.getInt();
    }
    if (INT64.contains(column)) {
      return in.getLong();
    }
    return switch (column) {
      case "fingerprint" -> bytes(16);
      case "price_ids", "filled_dimensions" -> texts();
      case "usage" -> map(() -> in.getLong());
      case "tags" -> map(this::text);
      case "quality_score" -> in.get() == 1 ? "none" : Double.valueOf(in.getDouble());
      default -> text();
    };
  }

  private List<String> texts() {
    var texts = new ArrayList<String>();
    for (int left = size(); left > 0; left--) {
      texts.add(text());
    }
    return texts;
  }

  private <V> Map<String, V> map(java.util.function.Supplier<V> value) {
    var map = new LinkedHashMap<String, V>();
    for (int left = size(); left > 0; left--) {
      map.put(text(), value.get());
    }
    return map;
  }

  private String text() {
    return new String(bytes(size()), StandardCharsets.UTF_8);
  }

  private byte[] bytes(int size) {
    var bytes = new byte[size];
    in.get(bytes);
    return bytes;
  }

  private int size() {
    var size = 0;
    for (int shift = 0; ; shift += 7) {
      var next = in.get();
      size |= (next & 0x7f) << shift;
      if (next >= 0) {
        return size;
      }
    }
  }
}

package dev.tollgate.kernel.http;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import dev.tollgate.failure.Failure;
import dev.tollgate.kernel.field.Shown;
import dev.tollgate.proto.common.v1.TableProto;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// An answer whose rows may be had as CSV, as `tollgate/common/v1/table.proto` says it.
final class Table {
  static final String CONTENT_TYPE = "text/csv";

  private static final String ROWS = "rows";
  private static final String NEXT_PAGE = "next_page_token";
  private static final String FORMAT = "format";

  /// A column: its name, and the text of a row in it; empty where the row has none.
  private record Column(String name, Function<Message, Optional<Object>> reader) {}

  private final FieldDescriptor rowsField;

  private Table(FieldDescriptor rowsField) {
    this.rowsField = rowsField;
  }

  /// The table that answers of this type are; empty where they are none.
  static Optional<Table> of(Descriptor answer) {
    var rows = answer.findFieldByName(ROWS);
    if (rows != null && isTable(rows)) {
      return Optional.of(new Table(rows));
    }
    var fields =
        answer.getFields().stream().filter(each -> !each.getName().equals(NEXT_PAGE)).toList();
    return fields.size() == 1 && isTable(fields.getFirst())
        ? Optional.of(new Table(fields.getFirst()))
        : Optional.empty();
  }

  private static boolean isTable(FieldDescriptor field) {
    return field.isRepeated() && !field.isMapField() && JsonFields.isOurs(field);
  }

  /// The table that a request wants the answer to be; empty where that is JSON.
  ///
  /// @throws Failure FIELD_INVALID where the query wants what the route has not
  static Optional<Table> wanted(Route route, Asked asked) {
    var table = of(route.schema().getOutputType());
    var formats = namesFormat(route) ? null : asked.parameters().get(FORMAT);
    if (formats == null) {
      return table.filter(any -> accepts(asked));
    }
    if (formats.equals(List.of("json"))) {
      return Optional.empty();
    }
    if (table.isEmpty() || !formats.equals(List.of("csv"))) {
      var expected = table.isEmpty() ? "json: the answer is no table" : "csv or json";
      throw Failure.invalid(
          FORMAT, Shown.text(String.join(", ", formats)) + " (expected: " + expected + ")");
    }
    return table;
  }

  /// The query without what only says which form the answer is to have.
  static String withoutFormat(Route route, String query) {
    if (namesFormat(route)) {
      return query;
    }
    return List.of(query.split("&", -1)).stream()
        .filter(part -> !part.equals(FORMAT) && !part.startsWith(FORMAT + "="))
        .collect(Collectors.joining("&"));
  }

  private static boolean namesFormat(Route route) {
    return JsonFields.find(route.schema().getInputType(), FORMAT) != null;
  }

  /* Whoever names it wants it, unless JSON is named before. */
  private static boolean accepts(Asked asked) {
    for (var type : String.join(",", asked.header("accept")).split(",", -1)) {
      var name = type.split(";", -1)[0].strip();
      if (name.equalsIgnoreCase("application/json")) {
        return false;
      }
      if (name.equalsIgnoreCase(CONTENT_TYPE)) {
        return true;
      }
    }
    return false;
  }

  Answer answer(Message request, Message answer) {
    var rows = new ArrayList<Message>();
    for (var i = 0; i < answer.getRepeatedFieldCount(rowsField); i++) {
      rows.add((Message) answer.getRepeatedField(rowsField, i));
    }
    var columns = new ArrayList<Column>();
    add(columns, "", rowsField.getMessageType(), Optional::of, rows, request);
    var csv = new StringBuilder();
    csv.append(line(columns.stream().map(column -> CsvText.of(column.name())).toList()));
    for (var row : rows) {
      csv.append(line(columns.stream().map(column -> cell(column, row)).toList()));
    }
    return new Answer(
        200,
        CONTENT_TYPE + "; charset=utf-8",
        ByteString.copyFromUtf8(csv.toString()),
        headers(answer));
  }

  private static Map<String, String> headers(Message answer) {
    var headers = new LinkedHashMap<String, String>();
    var token = answer.getDescriptorForType().findFieldByName(NEXT_PAGE);
    if (token != null && !answer.getField(token).equals("")) {
      headers.put("tollgate-next-page-token", (String) answer.getField(token));
    }
    var basis = answer.getDescriptorForType().findFieldByName("basis");
    if (basis != null && answer.hasField(basis)) {
      headers.put("tollgate-basis", JsonMessages.print((Message) answer.getField(basis)));
    }
    return headers;
  }

  private static void add(
      List<Column> columns,
      String prefix,
      Descriptor type,
      Function<Message, Optional<Message>> owner,
      List<Message> rows,
      Message request) {
    for (var field : type.getFields()) {
      var name = prefix + (isPrescribed(field) ? field.getJsonName() : field.getName());
      if (field.isMapField()) {
        addMap(columns, name, field, owner, rows);
      } else if (field.isRepeated()) {
        addRepeated(columns, name, field, owner, request);
      } else if (JsonFields.isOurs(field)) {
        Function<Message, Optional<Message>> inner =
            row ->
                owner
                    .apply(row)
                    .filter(each -> each.hasField(field))
                    .map(each -> (Message) each.getField(field));
        if (rows.stream().anyMatch(row -> inner.apply(row).isPresent())) {
          add(columns, name + ".", field.getMessageType(), inner, rows, request);
        }
      } else {
        addSingle(columns, name, field, owner, rows);
      }
    }
  }

  private static void addSingle(
      List<Column> columns,
      String name,
      FieldDescriptor field,
      Function<Message, Optional<Message>> owner,
      List<Message> rows) {
    Function<Message, Optional<Object>> reader =
        row ->
            owner
                .apply(row)
                .filter(each -> !field.hasPresence() || each.hasField(field))
                .map(each -> value(field, each.getField(field)));
    if (!field.hasPresence()
        || isPrescribed(field)
        || rows.stream().anyMatch(row -> reader.apply(row).isPresent())) {
      columns.add(new Column(name, reader));
    }
  }

  private static boolean isPrescribed(FieldDescriptor field) {
    return field.getContainingType().getOptions().getExtension(TableProto.prescribedColumns);
  }

  private static void addMap(
      List<Column> columns,
      String name,
      FieldDescriptor field,
      Function<Message, Optional<Message>> owner,
      List<Message> rows) {
    var values = field.getMessageType().findFieldByName("value");
    var keys = new TreeSet<String>();
    rows.forEach(row -> owner.apply(row).ifPresent(each -> keys.addAll(map(each, field).keySet())));
    for (var key : keys) {
      columns.add(
          new Column(
              name + "." + key,
              row ->
                  owner
                      .apply(row)
                      .map(each -> map(each, field).get(key))
                      .map(each -> value(values, each))));
    }
  }

  private static Map<String, Object> map(Message owner, FieldDescriptor field) {
    var type = field.getMessageType();
    var map = new LinkedHashMap<String, Object>();
    for (var i = 0; i < owner.getRepeatedFieldCount(field); i++) {
      var entry = (Message) owner.getRepeatedField(field, i);
      map.put(
          entry.getField(type.findFieldByName("key")).toString(),
          entry.getField(type.findFieldByName("value")));
    }
    return map;
  }

  private static void addRepeated(
      List<Column> columns,
      String name,
      FieldDescriptor field,
      Function<Message, Optional<Message>> owner,
      Message request) {
    var names = names(field, request);
    if (names == null) {
      columns.add(
          new Column(
              name,
              row ->
                  owner
                      .apply(row)
                      .map(each -> list(each, field))
                      .map(each ->
                          each.stream()
                              .map(one -> value(field, one).toString())
                              .collect(Collectors.joining("; ")))));
      return;
    }
    for (var i = 0; i < names.size(); i++) {
      var at = i;
      columns.add(
          new Column(
              names.get(i),
              row ->
                  owner
                      .apply(row)
                      .map(each -> list(each, field))
                      .filter(each -> at < each.size())
                      .map(each -> value(field, each.get(at)))));
    }
  }

  /* What the request calls the values; null where they have no names. */
  private static @Nullable List<String> names(FieldDescriptor field, Message request) {
    var from = field.getOptions().getExtension(TableProto.columnNames);
    var asked = from.isEmpty() ? null : request.getDescriptorForType().findFieldByName(from);
    return asked == null ? null : list(request, asked).stream().map(Object::toString).toList();
  }

  private static List<Object> list(Message owner, FieldDescriptor field) {
    return IntStream.range(0, owner.getRepeatedFieldCount(field))
        .mapToObj(i -> owner.getRepeatedField(field, i))
        .toList();
  }

  /* As JSON says it, but for quotes. */
  private static Object value(FieldDescriptor field, Object value) {
    return switch (field.getJavaType()) {
      case BYTE_STRING -> Base64.getEncoder().encodeToString(((ByteString) value).toByteArray());
      case MESSAGE -> message((Message) value);
      case INT, LONG, FLOAT, DOUBLE, BOOLEAN, STRING, ENUM -> value;
    };
  }

  private static String message(Message message) {
    return switch (message) {
      case com.google.protobuf.Timestamp time -> Timestamps.toString(time);
      case com.google.protobuf.Duration duration -> Durations.toString(duration);
      default -> JsonMessages.print(message);
    };
  }

  private static String cell(Column column, Message row) {
    var value = column.reader().apply(row);
    return value
        .map(each -> each instanceof String text ? CsvText.of(text) : each.toString())
        .orElse("");
  }

  private static String line(List<String> cells) {
    return String.join(",", cells) + "\r\n";
  }
}

package dev.tollgate.kernel.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.http.OwnRoute.Form;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads messages from JSON and writes them, as protobuf's JSON mapping says. Strict: an unknown or
/// repeated field is refused. Fields without presence are always written, so that an answer's shape
/// is stable.
public final class JsonMessages {
  /// One of a body's messages: read, or why it can't be.
  public sealed interface Item<M extends Message> {
    /// It is what it should be.
    record Read<M extends Message>(M message) implements Item<M> {}

    /// It is not; the others of its body may be.
    ///
    /// @param tree as far as it is JSON
    record Unread<M extends Message>(Optional<JsonNode> tree, Failure failure) implements Item<M> {}
  }

  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().alwaysPrintFieldsWithNoPresence().omittingInsignificantWhitespace();

  private JsonMessages() {}

  /// All messages of a body, in their order. Blank lines are none.
  ///
  /// @throws Failure BODY_INVALID where the body as a whole is no such JSON, REQUEST_TOO_LARGE
  ///   above `countMax` messages
  public static <M extends Message> List<Item<M>> items(
      Form form, ByteString body, M prototype, int countMax) {
    var items = new ArrayList<Item<M>>();
    if (form == Form.LINES) {
      for (int start = 0; start < body.size(); ) {
        var end = lineEnd(body, start);
        if (!isBlank(body, start, end)) {
          add(items, line(body.substring(start, end), prototype), countMax);
        }
        start = end + 1;
      }
      return items;
    }
    var tree = tree(body);
    if (form == Form.OBJECT_OR_ARRAY && tree.isArray()) {
      tree.forEach(element -> add(items, item(element, prototype), countMax));
    } else if (tree.isObject()) {
      items.add(item(tree, prototype));
    } else {
      throw Json.invalid(
          "a JSON "
              + tree.getNodeType()
              + (form == Form.OBJECT
                  ? " (expected: an object)"
                  : " (expected: an object or array)"));
    }
    return items;
  }

  /// Any JSON. BODY_INVALID where it is none.
  public static JsonNode tree(ByteString body) {
    return Json.parse(body.toByteArray());
  }

  /// One message. FIELD_INVALID, naming each field that is wrong, or BODY_INVALID where it is none.
  public static <M extends Message> M message(JsonNode tree, M prototype) {
    var builder = prototype.newBuilderForType();
    try {
      JsonFormat.parser().merge(tree.toString(), builder);
      // What a builder of the prototype builds has the prototype's class.
      @SuppressWarnings("unchecked")
      var message = (M) builder.build();
      return message;
    } catch (InvalidProtocolBufferException | RuntimeException e) {
      // JsonFormat says what is wrong, but not where: look for it field by field.
      var mistakes = Mistakes.in(prototype.getDescriptorForType(), tree);
      throw mistakes.isEmpty()
          ? Json.invalid(String.valueOf(e.getMessage()))
          : Failure.invalid(mistakes);
    }
  }

  public static String print(Message message) {
    try {
      return PRINTER.print(message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(
          message.getDescriptorForType().getFullName() + " can't be printed", e);
    }
  }

  private static <M extends Message> void add(List<Item<M>> items, Item<M> item, int countMax) {
    if (items.size() == countMax) {
      throw Failure.of(
          Reason.REQUEST_TOO_LARGE, "more than " + countMax + " (expected: divided into requests)");
    }
    items.add(item);
  }

  private static <M extends Message> Item<M> line(ByteString line, M prototype) {
    try {
      return item(tree(line), prototype);
    } catch (Failure failure) {
      return new Item.Unread<>(Optional.empty(), failure);
    }
  }

  private static <M extends Message> Item<M> item(JsonNode tree, M prototype) {
    try {
      return new Item.Read<>(message(tree, prototype));
    } catch (Failure failure) {
      return new Item.Unread<>(Optional.of(tree), failure);
    }
  }

  private static int lineEnd(ByteString body, int start) {
    var end = start;
    while (end < body.size() && body.byteAt(end) != '\n') {
      end++;
    }
    return end;
  }

  private static boolean isBlank(ByteString body, int start, int end) {
    for (int i = start; i < end; i++) {
      if (body.byteAt(i) != ' ' && body.byteAt(i) != '\t' && body.byteAt(i) != '\r') {
        return false;
      }
    }
    return true;
  }
}

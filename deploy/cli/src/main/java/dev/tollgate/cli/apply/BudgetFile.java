package dev.tollgate.cli.apply;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import dev.tollgate.cli.standalone.Problem;
import dev.tollgate.proto.budget.v1.Budget;
import dev.tollgate.proto.budget.v1.CheckRules;
import dev.tollgate.proto.budget.v1.Freeze;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// What people keep in git of a tenant's budgets: the messages of `BudgetService` as YAML, named as
/// in the contract or as in its JSON.
///
/// @param freezes empty where the file does not speak of them
/// @param rules empty where the file does not speak of them
public record BudgetFile(
    List<Budget> budgets, Optional<List<Freeze>> freezes, Optional<CheckRules> rules) {
  private static final String BUDGETS = "budgets";
  private static final String FREEZES = "freezes";
  private static final String CHECK_RULES = "check_rules";
  private static final int BYTES_MAX = 16_000_000;
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  /// Reads a file, or says what is wrong with it, where.
  ///
  /// @throws Problem with all mistakes, each with its line
  public static BudgetFile read(Path file) {
    try {
      if (Files.size(file) > BYTES_MAX) {
        throw new Problem(file + ": larger than " + BYTES_MAX + " bytes; split it by tenant");
      }
      return new Reader(file.toString(), Files.readString(file)).read();
    } catch (JsonProcessingException malformed) {
      var place = malformed.getLocation();
      throw new Problem(
          "%s:%d: not YAML: %s"
              .formatted(
                  file, place == null ? 1 : place.getLineNr(), malformed.getOriginalMessage()),
          malformed);
    } catch (IOException unreadable) {
      throw new Problem(file + ": can't be read: " + unreadable, unreadable);
    }
  }

  /* Reads one text, and collects what is wrong. */
  private static final class Reader {
    private final String name;
    private final String text;
    private final Map<String, Integer> lines;
    private final List<String> mistakes = new ArrayList<>();

    Reader(String name, String text) throws IOException {
      this.name = name;
      this.text = text;
      this.lines = lines(text);
    }

    /* The line on which everything stands, by its JSON pointer. */
    private static Map<String, Integer> lines(String text) throws IOException {
      var lines = new HashMap<String, Integer>();
      try (JsonParser parser = YAML.createParser(text)) {
        while (parser.nextToken() != null) {
          var pointer = parser.getParsingContext().pathAsPointer().toString();
          lines.putIfAbsent(pointer, parser.currentTokenLocation().getLineNr());
        }
      }
      return lines;
    }

    BudgetFile read() throws JsonProcessingException {
      var root = YAML.readTree(text);
      if (!root.isObject()) {
        throw new Problem(name + ":1: nothing there (expected: `budgets:` and a list)");
      }
      for (var field : root.properties()) {
        if (!List.of(BUDGETS, FREEZES, CHECK_RULES).contains(field.getKey())) {
          reject("/" + field.getKey(), field.getKey(), "budgets, freezes or check_rules");
        }
      }
      var budgets =
          items(root, BUDGETS, Budget::newBuilder, Budget::getBudgetId).orElse(List.of());
      if (!root.has(BUDGETS)) {
        reject("", "no budgets", "`budgets:` and a list, which may be empty");
      }
      var freezes = items(root, FREEZES, Freeze::newBuilder, Freeze::getFreezeId);
      var rules =
          Optional.ofNullable(root.get(CHECK_RULES))
              .flatMap(node ->
                  message(node, CheckRules.newBuilder(), "/" + CHECK_RULES, CHECK_RULES))
              .map(CheckRules.class::cast);
      if (!mistakes.isEmpty()) {
        throw new Problem(String.join("\n", mistakes));
      }
      return new BudgetFile(budgets, freezes, rules);
    }

    private <M extends Message> Optional<List<M>> items(
        JsonNode root, String list, Supplier<Message.Builder> builder, Function<M, String> id) {
      var node = root.get(list);
      if (node == null) {
        return Optional.empty();
      }
      if (!node.isArray() && !node.isNull()) {
        reject("/" + list, list, "a list");
      }
      var messages = new ArrayList<M>();
      var ids = new HashSet<String>();
      for (int i = 0; i < node.size(); i++) {
        var pointer = "/" + list + "/" + i;
        var path = list + "[" + i + "]";
        var read = message(node.get(i), builder.get(), pointer, path);
        if (read.isPresent()) {
          @SuppressWarnings("unchecked")
          var message = (M) read.get();
          messages.add(message);
          if (!ids.add(id.apply(message))) {
            reject(pointer, path + ": id " + id.apply(message), "each id once");
          }
        }
      }
      return Optional.of(messages);
    }

    private Optional<Message> message(
        JsonNode node, Message.Builder builder, String pointer, String path) {
      var before = mistakes.size();
      checkNames(node, builder.getDescriptorForType(), pointer, path);
      if (mistakes.size() > before) {
        return Optional.empty();
      }
      try {
        JsonFormat.parser().merge(YAML_AS_JSON.writeValueAsString(node), builder);
        return Optional.of(builder.build());
      } catch (InvalidProtocolBufferException | JsonProcessingException wrong) {
        mistakes.add(at(pointer) + path + ": " + wrong.getMessage());
        return Optional.empty();
      }
    }

    private void checkNames(
        JsonNode node,
        Descriptor type,
        String pointer,
        String path) {
      for (var each : node.properties()) {
        var field =
            type.getFields().stream()
                .filter(known ->
                    known.getName().equals(each.getKey())
                        || known.getJsonName().equals(each.getKey()))
                .findFirst();
        var below = pointer + "/" + each.getKey();
        if (field.isEmpty()) {
          reject(
              below,
              path + "." + each.getKey(),
              "a field of " + type.getName() + "; " + Nearest.of(each.getKey(), type));
        } else if (Nearest.isMessage(field.get())) {
          var value = each.getValue();
          var shown = path + "." + each.getKey();
          for (int i = 0; i < (value.isArray() ? value.size() : 0); i++) {
            checkNames(
                value.get(i),
                field.get().getMessageType(),
                below + "/" + i,
                shown + "[" + i + "]");
          }
          checkNames(value, field.get().getMessageType(), below, shown);
        }
      }
    }

    private void reject(String pointer, String value, String expectation) {
      mistakes.add(at(pointer) + value + " (expected: " + expectation + ")");
    }

    private String at(String pointer) {
      return name + ":" + lines.getOrDefault(pointer, 1) + ": ";
    }
  }

  private static final ObjectMapper YAML_AS_JSON =
      new ObjectMapper()
          .enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN);
}

package dev.tollgate.kernel.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.seed.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class TranscoderPropertyTest {
  private static final int DEPTH_MAX = 4;
  private static final Set<Reason> EXPECTED = Set.of(Reason.FIELD_INVALID, Reason.BODY_INVALID);

  /// JSON values that something, somewhere, reads wrongly.
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "0",
          "-0",
          "-1",
          "1.0",
          "1e3",
          "1.5",
          "1e400",
          "-1e999999999",
          "1e-999999999",
          "9223372036854775807",
          "9223372036854775808",
          "-9223372036854775809",
          "2147483648",
          "\"\"",
          "\"a\"",
          "\"NaN\"",
          "\"-Infinity\"",
          "\"0x10\"",
          "\" 1\"",
          "\"1e2\"",
          "\"\\u0000\"",
          "\"\\ud83d\\ude00\"",
          "\"1s\"",
          "\"-1.000000001s\"",
          "\"1e9s\"",
          "\"315576000001s\"",
          "\"2026-08-01T00:00:00Z\"",
          "\"0000-01-01T00:00:00Z\"",
          "\"10000-01-01T00:00:00Z\"",
          "\"2026-02-30T00:00:00+99:99\"",
          "\"ROLE_READER\"",
          "\"ROLE_KING\"",
          "\"@type\"",
          "[]",
          "[null]",
          "[[]]",
          "{}",
          "{\"\":1}",
          "{\"@type\":\"x\"}",
          "{\"a\":{\"b\":[1,{}]}}");

  private final Routes routes = Routes.of(new FakeServices().all());

  @Test
  void read_ofAnyJson_isAMessageOrSaysWhatIsWrong() {
    Seeds.check(
        "JSON of random shape",
        300,
        10_000,
        (seed, random) -> routes.all().forEach(route -> read(route, random)));
  }

  @Test
  void read_ofBrokenJson_isAMessageOrSaysWhatIsWrong() {
    Seeds.check(
        "JSON with random bytes",
        300,
        10_000,
        (seed, random) -> {
          for (var route : routes.all()) {
            var bytes =
                object(route.schema().getInputType(), random, 0)
                    .toString()
                    .getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < 3; i++) {
              bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            assertAnswers(route, "", bytes);
          }
        });
  }

  @Test
  void print_ofWhatWasRead_readsTheSame() {
    Seeds.check(
        "messages to JSON and back",
        300,
        10_000,
        (seed, random) -> {
          for (var route : routes.all()) {
            if (!route.body().equals("*")) {
              continue;
            }
            try {
              var body = object(route.schema().getInputType(), random, 0);
              var message = Transcoder.read(route, Map.of(), "", bytes(body));
              var printed = Json.own(JsonMessages.print(message));
              assertThat(Transcoder.read(route, Map.of(), "", bytes(printed))).isEqualTo(message);
            } catch (Failure refused) {
              assertThat(EXPECTED).contains(refused.reason());
            }
          }
        });
  }

  private void read(Route route, RandomGenerator random) {
    var body = object(route.schema().getInputType(), random, 0);
    var query = new StringBuilder();
    for (var field : route.schema().getInputType().getFields()) {
      if (random.nextInt(3) == 0) {
        var value = VALUES.get(random.nextInt(VALUES.size())).replaceAll("[^A-Za-z0-9.:-]", "");
        query.append(field.getJsonName()).append('=').append(value).append('&');
      }
    }
    assertAnswers(route, route.body().equals("*") ? "" : query.toString(), bytes(body));
    assertAnswers(route, query.toString(), new byte[0]);
  }

  private static void assertAnswers(Route route, String query, byte[] body) {
    var variables = new HashMap<String, String>();
    route.path().variables().forEach(name -> variables.put(name, "x"));
    try {
      Transcoder.read(route, variables, query, body);
    } catch (Failure refused) {
      assertThat(EXPECTED).contains(refused.reason());
      assertThat(refused.getMessage()).isNotBlank();
    }
  }

  /// An object with some of the message's fields, mostly of their type, and now and then others.
  private static ObjectNode object(Descriptor type, RandomGenerator random, int depth) {
    var object = Json.object();
    for (var field : type.getFields()) {
      if (random.nextInt(2) == 0) {
        var name = random.nextBoolean() ? field.getName() : field.getJsonName();
        object.set(name, value(field, random, depth));
      }
    }
    if (random.nextInt(20) == 0) {
      object.set("unknown", any(random));
    }
    return object;
  }

  private static JsonNode value(FieldDescriptor field, RandomGenerator random, int depth) {
    if (random.nextInt(12) == 0) {
      return any(random);
    }
    if (field.isMapField()) {
      var values = field.getMessageType().findFieldByName("value");
      return Json.object().set("k" + random.nextInt(3), single(values, random, depth));
    }
    if (!field.isRepeated()) {
      return single(field, random, depth);
    }
    var array = Json.array();
    for (int i = random.nextInt(3); i > 0; i--) {
      array.add(single(field, random, depth));
    }
    return array;
  }

  private static JsonNode single(FieldDescriptor field, RandomGenerator random, int depth) {
    return switch (field.getJavaType()) {
      case STRING -> Json.own("\"text" + random.nextInt(9) + "\"");
      case INT, LONG -> Json.own(random.nextBoolean() ? "7" : "\"7\"");
      case ENUM -> Json.own("\"" + field.getEnumType().getValues().getLast().getName() + "\"");
      case MESSAGE ->
          switch (field.getMessageType().getFullName()) {
            case "google.protobuf.Timestamp" -> Json.own("\"2026-08-01T00:00:00.5Z\"");
            case "google.protobuf.Duration" -> Json.own("\"1.5s\"");
            default ->
                depth < DEPTH_MAX
                    ? object(field.getMessageType(), random, depth + 1)
                    : Json.object();
          };
      case BOOLEAN, BYTE_STRING, DOUBLE, FLOAT -> any(random);
    };
  }

  private static JsonNode any(RandomGenerator random) {
    return Json.own(VALUES.get(random.nextInt(VALUES.size())));
  }

  private static byte[] bytes(JsonNode tree) {
    return tree.toString().getBytes(StandardCharsets.UTF_8);
  }
}

package dev.tollgate.cli.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.ExtensionRegistry;
import dev.tollgate.proto.query.v1.QueryServiceGrpc;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Drives every route by what the OpenAPI documents say, and nothing else.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenApiIT {
  /* Routes depend on each other: who settles needs a reservation, who deletes needs something that
   * is there. So each round tries what has not succeeded yet with the example as it is, with the
   * handles that answers gave, and with new ids; and before the next round, what creates things
   * creates others. */
  private static final int ROUNDS_MAX = 6;

  /// What one machine can't have, and what it says then.
  private static final Map<String, String> REFUSED =
      Map.of(
          "AlertService_RedriveAlertDeliveries", "DEAD_LETTER_UNKNOWN",
          "HandoverService_HandOver", "FIELD_INVALID",
          "ReportService_GetReport", "REPORT_UNKNOWN",
          "WriterService_ReplayDeadLetters", "DEAD_LETTER_UNKNOWN");

  private final Map<Operation, ObjectNode> sent = new LinkedHashMap<>();
  private final Map<Operation, List<Answer>> refused = new LinkedHashMap<>();
  private final Map<Document, Handles> handles = new HashMap<>();
  private Site site;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    site = new Site(folder);
    var pending = new ArrayList<>(site.operations());
    pending.sort(Comparator.comparingInt(OpenApiIT::rank));
    for (int round = 0; round < ROUNDS_MAX && !pending.isEmpty(); round++) {
      for (var operation : List.copyOf(pending)) {
        if (succeeds(operation)) {
          pending.remove(operation);
        }
      }
      for (var creator : sent.keySet()) {
        if (creator.verb().equals("POST") && !creator.hasVariables()) {
          learn(creator, site.send(creator, handles(creator).fresh(creator.example())));
        }
      }
    }
  }

  /// What creates before what reads, what deletes last.
  private static int rank(Operation operation) {
    return switch (operation.verb()) {
      case "POST" -> operation.hasVariables() ? 3 : 0;
      case "GET" -> 1;
      case "PUT" -> 2;
      default -> 4;
    };
  }

  private boolean succeeds(Operation operation) throws Exception {
    var example = operation.example();
    var handles = handles(operation);
    var answers = new ArrayList<Answer>();
    for (var request : List.of(example, handles.known(example), handles.fresh(example))) {
      var answer = site.send(operation, request);
      if (answer.isOk()) {
        sent.put(operation, request);
        learn(operation, answer);
        return true;
      }
      answers.add(answer);
    }
    refused.computeIfAbsent(operation, first -> new ArrayList<>()).addAll(answers);
    return false;
  }

  /// Of what this client made or changed itself: lists also have the keys that it uses.
  private void learn(Operation operation, Answer answer) {
    if (answer.isOk() && !operation.verb().equals("GET")) {
      handles(operation).learn(answer.json());
    }
  }

  /// An `etag` of one service is none of another.
  private Handles handles(Operation operation) {
    return handles.computeIfAbsent(operation.document(), document -> new Handles());
  }

  @AfterAll
  void stop() {
    site.close();
  }

  @Test
  void documents_haveExactlyTheRoutesOfTheContract() throws Exception {
    var described = new TreeMap<String, String>();
    for (var operation : site.operations()) {
      if (!operation.id().startsWith("post_")) {
        described.put(operation.toString(), operation.id());
      }
    }

    assertThat(described).isEqualTo(contract());
    assertThat(site.operations())
        .extracting(Operation::toString)
        .contains(
            "POST /v1/usage",
            "POST /v1/usage application/x-ndjson",
            "POST /v1/events application/cloudevents+json",
            "POST /v1/events application/cloudevents-batch+json",
            "POST /v1/traces",
            "POST /v1/logs");
    assertThat(described.values())
        .filteredOn(id -> id.startsWith("QueryService_"))
        .hasSize(QueryServiceGrpc.getServiceDescriptor().getMethods().size());
  }

  @Test
  void example_ofEveryRoute_works() {
    var failures = new TreeMap<String, String>();
    for (var operation : site.operations()) {
      if (!sent.containsKey(operation)) {
        var answers = Objects.requireNonNull(refused.get(operation));
        if (answers.stream().noneMatch(each -> each.reason().equals(REFUSED.get(operation.id())))) {
          failures.put(operation.id(), answers.toString());
        }
      }
    }

    assertThat(failures).isEmpty();
  }

  @Test
  void answer_ofEveryRoute_isWhatItsSchemaSays() throws Exception {
    var softly = new SoftAssertions();
    for (var operation : site.operations()) {
      var answer = site.send(operation, request(operation));
      softly.assertThat(operation.mistakes(answer)).as("%s: %s", operation, answer).isEmpty();
    }
    softly.assertAll();
  }

  @Test
  void route_withoutAKey_isUnauthenticated() throws Exception {
    var softly = new SoftAssertions();
    for (var operation : site.operations()) {
      var answer = site.sendWithoutKey(operation, request(operation));
      softly.assertThat(answer.status()).as(operation.toString()).isEqualTo(401);
      softly.assertThat(answer.reason()).as(operation.toString()).isEqualTo("CREDENTIALS_INVALID");
      softly.assertThat(operation.mistakes(answer)).as("%s: %s", operation, answer).isEmpty();
    }
    softly.assertAll();
  }

  @Test
  void route_withAKeyOfAnotherRole_isForbidden() throws Exception {
    var softly = new SoftAssertions();
    var tried = 0;
    for (var operation : site.operations()) {
      var answer = site.sendWithWrongRole(operation, request(operation));
      if (answer.isPresent()) {
        tried++;
        softly.assertThat(answer.get().status()).as(operation.toString()).isEqualTo(403);
        softly.assertThat(answer.get().reason()).isEqualTo("ROLE_FORBIDDEN");
        softly.assertThat(operation.mistakes(answer.get())).as(operation.toString()).isEmpty();
      }
    }
    softly.assertAll();
    assertThat(tried).isGreaterThan(site.operations().size() / 2);
  }

  @Test
  void route_withSomethingHostileInEachField_refusesOrAnswersAsDocumented() throws Exception {
    var softly = new SoftAssertions();
    var tried = 0;
    for (var operation : site.operations()) {
      for (var request : operation.hostile(request(operation))) {
        var answer = site.send(operation, request);
        tried++;
        softly
            .assertThat(operation.mistakes(answer))
            .as("%s: %s: %s", operation, request, answer)
            .isEmpty();
        softly
            .assertThat(answer.status())
            .as("%s: %s: %s", operation, request, answer)
            .isLessThan(500);
      }
    }
    softly.assertAll();
    assertThat(tried).isGreaterThan(10 * site.operations().size());
  }

  @Test
  void tableOfEveryRoute_isTheSameAsCsv() throws Exception {
    var softly = new SoftAssertions();
    var tried = 0;
    for (var operation : site.operations()) {
      if (operation.answersCsv() && sent.containsKey(operation)) {
        var request = request(operation);
        var json = site.send(operation, request);
        softly.assertThat(json.status()).as("%s: %s", operation, json).isEqualTo(200);
        for (var asked : List.of(Sheet.asked(request), Sheet.accepted(request))) {
          var csv = site.send(operation, asked);
          tried++;
          softly
              .assertThat(Sheet.mistakes(csv, json))
              .as("%s: %s: %s", operation, csv, json)
              .isEmpty();
        }
      }
    }
    softly.assertAll();
    assertThat(tried).isGreaterThan(40);
  }

  @Test
  void anotherTenantsKey_ofEveryRoute_getsNothingOfTheFirst() throws Exception {
    for (var operation : site.operations()) {
      if (!operation.verb().equals("DELETE") && !operation.verb().equals("GET")) {
        site.send(operation, handles(operation).fresh(Planted.in(operation.example())));
      }
    }
    var amounts = new TreeSet<String>();
    for (var operation : site.operations()) {
      if (operation.id().equals("QueryService_GetCost")) {
        var costs = site.send(operation, Planted.unfiltered(request(operation)));
        amounts.addAll(Planted.amounts(costs.json()));
      }
    }
    assertThat(amounts).isNotEmpty();
    Sender first = (operation, request) -> Optional.of(site.send(operation, request));
    var mine = seen(first, amounts);
    assertThat(mine)
        .contains(
            "AccessService_ListApiKeys",
            "QueryService_GetCost",
            "QueryService_SearchUsage",
            "QueryService_ExportFocus");

    assertThat(seen(site::sendAsOther, amounts)).isEmpty();
    assertThat(seen(first, amounts)).isEqualTo(mine);
  }

  private interface Sender {
    Optional<Answer> send(Operation operation, ObjectNode request) throws Exception;
  }

  /// The operations in whose answers something is that was planted.
  private Set<String> seen(Sender sender, Set<String> amounts) throws Exception {
    var seen = new TreeSet<String>();
    for (var operation : site.operations()) {
      for (var request : List.of(request(operation), Planted.unfiltered(request(operation)))) {
        var answer = sender.send(operation, request);
        if (answer.isPresent() && Planted.isIn(answer.get().body(), amounts)) {
          seen.add(operation.id());
        }
      }
    }
    return seen;
  }

  private ObjectNode request(Operation operation) {
    var request = sent.get(operation);
    return request == null ? operation.example() : request;
  }

  /// Every unary method's route, by verb and path, to its service and name.
  private static Map<String, String> contract() throws Exception {
    var registry = ExtensionRegistry.newInstance();
    AnnotationsProto.registerAllExtensions(registry);
    var routes = new TreeMap<String, String>();
    try (var in = AnnotationsProto.class.getResourceAsStream("/tollgate.desc")) {
      for (var file :
          FileDescriptorSet.parseFrom(Objects.requireNonNull(in), registry).getFileList()) {
        for (var service : file.getServiceList()) {
          for (var method : service.getMethodList()) {
            if (method.getOptions().hasExtension(AnnotationsProto.http)) {
              routes.put(
                  route(method.getOptions().getExtension(AnnotationsProto.http)),
                  service.getName() + "_" + method.getName());
            }
          }
        }
      }
    }
    return routes;
  }

  private static String route(HttpRule rule) {
    return switch (rule.getPatternCase()) {
      case GET -> "GET " + rule.getGet();
      case PUT -> "PUT " + rule.getPut();
      case POST -> "POST " + rule.getPost();
      case DELETE -> "DELETE " + rule.getDelete();
      case PATCH -> "PATCH " + rule.getPatch();
      case CUSTOM, PATTERN_NOT_SET -> throw new AssertionError(rule);
    };
  }
}

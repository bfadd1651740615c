package dev.tollgate.kernel.http;

import com.google.protobuf.Message;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Authenticator;
import dev.tollgate.kernel.field.Shown;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers HTTP requests. Blocks until the call that a request means is done.
final class Edge {
  private static final Logger LOG = LoggerFactory.getLogger(Edge.class);
  private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  /// What of a request's headers is the call's metadata.
  private static final List<String> FORWARDED = List.of("authorization", "tollgate-tenant");

  /// A name that the edge's own TLS verified. Means something on the in-process channel only.
  static final Metadata.Key<byte[]> CERTIFICATE_NAME =
      Metadata.Key.of("tollgate-certificate-name-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private static final Pattern TIMEOUT = Pattern.compile("([0-9]{1,8})([HMSmun])");
  private static final Map<String, TimeUnit> UNITS =
      Map.of(
          "H", TimeUnit.HOURS,
          "M", TimeUnit.MINUTES,
          "S", TimeUnit.SECONDS,
          "m", TimeUnit.MILLISECONDS,
          "u", TimeUnit.MICROSECONDS,
          "n", TimeUnit.NANOSECONDS);

  private final HttpSettings settings;
  private final Channel inProcess;
  private final Routes routes;
  private final OpenApi openApi;
  private final BooleanSupplier ready;
  private final MeterRegistry meters;

  Edge(
      HttpSettings settings,
      Channel inProcess,
      Routes routes,
      BooleanSupplier ready,
      MeterRegistry meters) {
    this.settings = settings;
    this.inProcess = inProcess;
    this.routes = routes;
    this.openApi = new OpenApi(routes);
    this.ready = ready;
    this.meters = meters;
  }

  Answer answer(Asked asked) {
    var sample = Timer.start(meters);
    var route = new String[] {"other"};
    var answer = answer(asked, route);
    sample.stop(
        meters.timer(
            "http.requests", "route", route[0], "status", String.valueOf(answer.status())));
    return answer;
  }

  /* Tells the route that was found, too. */
  private Answer answer(Asked asked, String[] route) {
    try {
      return switch (routes.find(asked.verb(), asked.path())) {
        case Routes.Found.Match match -> {
          route[0] = match.route().path().text();
          yield call(match.route(), match.variables(), asked);
        }
        case Routes.Found.Own own -> {
          route[0] = own.route().path();
          yield call(own.route(), asked);
        }
        case Routes.Found.File found -> {
          route[0] = found.file().path();
          yield found.file().answer();
        }
        case Routes.Found.WrongVerb wrong -> wrongVerb(asked, wrong.allowed());
        case Routes.Found.Nothing nothing -> own(asked);
      };
    } catch (Failure e) {
      return Errors.of(e);
    } catch (StatusRuntimeException e) {
      return Errors.of(e);
    } catch (RuntimeException e) {
      LOG.error("{} {} failed", asked.verb(), Shown.clip(asked.path()), e);
      return Errors.bug();
    }
  }

  private Answer call(Route route, Map<String, String> variables, Asked asked) {
    var refusal = refusal(asked);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    var table = Table.wanted(route, asked);
    var body = Encoding.decoded(asked, settings.bodyBytesMax()).body();
    var query = Table.withoutFormat(route, asked.query());
    var request = Transcoder.read(route, variables, query, body.toByteArray());
    Message answer =
        ClientCalls.blockingUnaryCall(calls(asked), route.method(), CallOptions.DEFAULT, request);
    return table
        .map(each -> each.answer(request, answer))
        .orElseGet(() -> Answer.json(200, JsonMessages.print(answer)));
  }

  private Answer call(OwnRoute route, Asked asked) {
    var refusal = refusal(asked).or(() -> refusal(route, asked));
    if (refusal.isPresent()) {
      return refusal.get();
    }
    var decoded = Encoding.decoded(asked, settings.bodyBytesMax());
    return route.handler().answer(decoded, calls(asked));
  }

  private static Optional<Answer> refusal(Asked asked) {
    // Every route needs a credential: who has none does not get his body parsed either.
    if (asked.header("authorization").isEmpty() && asked.certificateNames().isEmpty()) {
      throw Authenticator.invalid();
    }
    return Encoding.refusal(asked);
  }

  private static Optional<Answer> refusal(OwnRoute route, Asked asked) {
    var types = route.bodies().stream().map(OwnRoute.Body::contentType).toList();
    if (asked.contentType().isEmpty() || types.contains(asked.contentType())) {
      return Optional.empty();
    }
    var message =
        "content-type: "
            + Shown.text(asked.contentType())
            + " (expected: "
            + String.join(" or ", types)
            + ")";
    return Optional.of(Errors.of(415, Failure.of(Reason.BODY_INVALID, message), Map.of()));
  }

  /// The in-process server, asked for whom the request comes from and as long as he waits.
  private Channel calls(Asked asked) {
    var deadline = deadline(asked.header("grpc-timeout"));
    var bounded =
        new ClientInterceptor() {
          @Override
          public <Q, R> ClientCall<Q, R> interceptCall(
              MethodDescriptor<Q, R> method, CallOptions given, Channel next) {
            return next.newCall(method, given.withDeadline(deadline));
          }
        };
    return ClientInterceptors.intercept(
        inProcess, MetadataUtils.newAttachHeadersInterceptor(metadata(asked)), bounded);
  }

  /// What the server itself answers.
  private Answer own(Asked asked) {
    if (!List.of("/healthz", "/readyz", "/metrics", "/openapi.json").contains(asked.path())) {
      throw Failure.of(
          Reason.ROUTE_UNKNOWN,
          "No such route: "
              + asked.verb()
              + " "
              + Shown.clip(asked.path())
              + " (expected: one of /openapi.json)");
    }
    if (!asked.verb().equals("GET")) {
      return wrongVerb(asked, "GET");
    }
    return switch (asked.path()) {
      case "/healthz" -> Answer.json(200, "{\"status\":\"ok\"}");
      case "/readyz" ->
          ready.getAsBoolean()
              ? Answer.json(200, "{\"status\":\"ready\"}")
              : Answer.json(503, "{\"status\":\"not ready\"}");
      case "/metrics" -> metrics();
      default -> Answer.json(200, openApi.document());
    };
  }

  private Answer metrics() {
    if (meters instanceof PrometheusMeterRegistry prometheus) {
      return Answer.text(200, METRICS_TYPE, prometheus.scrape());
    }
    throw Failure.of(Reason.ROUTE_UNKNOWN, "This server keeps no metrics for Prometheus.");
  }

  private static Answer wrongVerb(Asked asked, String allowed) {
    var message =
        "No such method: "
            + Shown.clip(asked.verb())
            + " "
            + Shown.clip(asked.path())
            + " (expected: "
            + allowed
            + ")";
    return Errors.of(405, Failure.of(Reason.METHOD_UNKNOWN, message), Map.of("allow", allowed));
  }

  private static Metadata metadata(Asked asked) {
    var metadata = new Metadata();
    for (var name : FORWARDED) {
      var key = Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
      asked.header(name).forEach(value -> metadata.put(key, value));
    }
    for (var name : asked.certificateNames()) {
      metadata.put(CERTIFICATE_NAME, name.getBytes(StandardCharsets.UTF_8));
    }
    return metadata;
  }

  /// As gRPC writes it: `500m`.
  private Deadline deadline(List<String> timeouts) {
    if (timeouts.isEmpty()) {
      return Deadline.after(settings.deadline().toNanos(), TimeUnit.NANOSECONDS);
    }
    var matcher = TIMEOUT.matcher(timeouts.getFirst());
    if (timeouts.size() > 1 || !matcher.matches()) {
      throw Failure.invalid(
          "grpc-timeout",
          Shown.text(String.join(", ", timeouts)) + " (expected: up to 8 digits and H M S m u n)");
    }
    var unit = UNITS.getOrDefault(matcher.group(2), TimeUnit.SECONDS);
    return Deadline.after(Long.parseLong(matcher.group(1)), unit);
  }
}

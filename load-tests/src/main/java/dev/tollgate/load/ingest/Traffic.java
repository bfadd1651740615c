package dev.tollgate.load.ingest;

import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.ingest.v1.TerminalStatus;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// Draws usage of three tenants, one of which has most of it. Not safe for concurrent use.
final class Traffic {
  /*
   * Calls belong to sessions, many of which are open at once: what a session's calls share (who, in
   * which feature, by which agent) is drawn once for all of them, so that rollups have something to
   * add up. Each call has ids as callers have them, and goes to one of the two models of its feature.
   */
  static final List<String> TENANTS = List.of("acme", "globex", "initech");
  private static final int[] SHARES = {80, 15, 5};
  private static final int SESSIONS_OPEN = 500;
  private static final int SESSION_CALLS = 20;
  private static final List<Model> MODELS =
      List.of(
          new Model("openai", "gpt-4o-mini", false),
          new Model("anthropic", "claude-sonnet-4-5", false),
          new Model("openai", "gpt-5", true),
          new Model("google", "gemini-2.5-flash", false),
          new Model("openai", "gpt-4.1", false),
          new Model("anthropic", "claude-haiku-4-5", false),
          new Model("mistral", "mistral-large-2512", false),
          new Model("openai", "o4-mini", true));
  private static final List<String> FEATURES =
      List.of("support-chat", "summary", "search-answer", "code-review", "extraction", "sql");
  private static final List<String> TEAMS = List.of("search", "support", "editor", "data");
  private static final List<String> PLANS = List.of("free", "team", "enterprise");

  private record Model(String provider, String name, boolean reasons) {}

  /// @param calls how many are left
  private record Session(int feature, Dimensions dimensions, int calls) {}

  private final RandomGenerator random;
  private final List<List<Session>> open = new ArrayList<>();
  private final long gapNanos;
  private Instant next;

  /// @param start when the first call ended
  /// @param perSecond how fast they follow each other
  Traffic(RandomGenerator random, Instant start, double perSecond) {
    this.random = random;
    this.next = start;
    this.gapNanos = (long) (1e9 / perSecond);
    for (int tenant = 0; tenant < TENANTS.size(); tenant++) {
      var sessions = new ArrayList<Session>();
      for (int i = 0; i < SESSIONS_OPEN; i++) {
        sessions.add(session(tenant));
      }
      open.add(sessions);
    }
  }

  /// The place of one of the tenants.
  int tenant() {
    var ticket = random.nextInt(100);
    var tenant = 0;
    while (ticket >= SHARES[tenant]) {
      ticket -= SHARES[tenant++];
    }
    return tenant;
  }

  /// The tenant's next calls, all of which have a price.
  List<UsageEvent> calls(int tenant, int count) {
    var calls = new ArrayList<UsageEvent>(count);
    for (int i = 0; i < count; i++) {
      calls.add(call(tenant));
    }
    return calls;
  }

  private UsageEvent call(int tenant) {
    var sessions = open.get(tenant);
    var place = random.nextInt(sessions.size());
    var session = sessions.get(place);
    sessions.set(
        place,
        session.calls > 1
            ? new Session(session.feature, session.dimensions, session.calls - 1)
            : session(tenant));
    var model = MODELS.get((session.feature + (random.nextInt(5) == 0 ? 1 : 0)) % MODELS.size());
    var latencyMillis = 300 + (long) (1_500 * random.nextExponential());
    var failed = random.nextInt(100) < 2;
    var time = next;
    next = next.plusNanos(gapNanos);
    return UsageEvent.newBuilder()
        .setEventId(id())
        .setEventTime(Timestamps.fromNanos(nanos(time)))
        .setDimensions(
            session.dimensions.toBuilder()
                .setProvider(model.provider)
                .setModel(model.name)
                .setTrace(hex() + hex())
                .setRequest("req_" + hex()))
        .setUsage(usage(model))
        .setLogicalRequestId(id())
        .setAttempt(random.nextInt(20) == 0 ? 2 : 1)
        .setTerminalStatus(
            failed ? TerminalStatus.TERMINAL_STATUS_ERROR : TerminalStatus.TERMINAL_STATUS_SUCCESS)
        .setErrorCode(failed ? "overloaded" : "")
        .setLatency(Durations.fromMillis(latencyMillis))
        .setTimeToFirstToken(Durations.fromMillis(latencyMillis / 4))
        .setRequestedMaxOutputTokens(4_096)
        .setFinishReason(failed ? "" : "stop")
        .setSystemPromptTokens(200)
        .build();
  }

  private Usage usage(Model model) {
    var usage =
        Usage.newBuilder()
            .putBuckets("input", 200 + random.nextLong(3_000))
            .putBuckets("output", 20 + random.nextLong(800));
    if (random.nextInt(3) == 0) {
      usage.putBuckets("cache_read", 1_024L * (1 + random.nextInt(8)));
    }
    if (model.reasons) {
      usage.putBuckets("reasoning", 64L * (1 + random.nextInt(16)));
    }
    return usage.build();
  }

  private Session session(int tenant) {
    var feature = random.nextInt(FEATURES.size());
    var customer = random.nextInt(200);
    return new Session(
        feature,
        Dimensions.newBuilder()
            .setCustomer("customer-" + customer)
            .setTeam(TEAMS.get(feature % TEAMS.size()))
            .setCostCenter("cc-" + (100 + feature))
            .setProject(feature < 3 ? "atlas" : "borealis")
            .setUser("user-" + customer + "-" + random.nextInt(25))
            .setFeature(FEATURES.get(feature))
            .setEnvironment("prod")
            .setEndpoint("chat")
            .setRegion(tenant == 1 ? "eu" : "us")
            .setApiKey("key-" + feature)
            .setAgent("agent-" + feature)
            .setWorkflow("workflow-" + feature)
            .setSession(id())
            .setInteraction(id())
            .setOperation("chat")
            .setCustomerTier("tier-" + customer % 3)
            .setPlan(PLANS.get(customer % PLANS.size()))
            .setPromptVersion("v" + (1 + feature))
            .setRelease("2026.08." + tenant)
            .putTags("channel", "web")
            .putTags("locale", customer % 2 == 0 ? "en" : "de")
            .build(),
        1 + random.nextInt(2 * SESSION_CALLS));
  }

  private String id() {
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }

  private String hex() {
    return "%016x".formatted(random.nextLong());
  }

  private static long nanos(Instant time) {
    return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano());
  }
}

package dev.tollgate.cli.traffic;

import dev.tollgate.proto.common.v1.Dimensions;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Turns a trace into traffic of one model. A trace names no tenants: two invented ones with their
/// teams and users are dealt to its rows by the seed.
public final class TraceTraffic {
  /// Asked for unless the row generated more, so that every check holds more than the call costs.
  private static final long OUTPUT_MAX = 2_048;

  private static final int ID_DIGITS = 8;
  private static final int USERS_PER_TEAM = 20;

  private TraceTraffic() {}

  /// One call per row.
  ///
  /// @param at when the trace's first row happens; the gaps are kept
  /// @param currency of the model's price
  public static Traffic of(
      Trace trace, String provider, String model, String currency, Instant at, long seed) {
    var identity = String.join(" ", trace.digest(), provider, model, at.toString());
    var digest = Trace.digest(identity.getBytes(StandardCharsets.UTF_8)).substring(0, ID_DIGITS);
    var id = "trace-" + seed + "-" + digest;
    var tenants = List.of(tenant("east", currency), tenant("west", currency));
    var random = new Random(seed);
    var calls = new ArrayList<Call>();
    for (var row : trace.rows()) {
      var tenant = tenants.get(random.nextInt(tenants.size()));
      var team = tenant.teams().get(random.nextInt(tenant.teams().size()));
      var dimensions =
          Dimensions.newBuilder()
              .setProvider(provider)
              .setModel(model)
              .setTeam(team.name())
              .setFeature(team.feature())
              .setUser(team.name() + "-" + (1 + random.nextInt(USERS_PER_TEAM)))
              .setEnvironment("prod")
              .setWorkflow(id)
              .setOperation("chat")
              .build();
      calls.add(
          new Call(
              id + "-" + (calls.size() + 1),
              tenant.id(),
              dimensions,
              at.plus(row.sinceFirst()),
              row.inputTokens(),
              row.outputTokens(),
              Math.max(OUTPUT_MAX, row.outputTokens()),
              0));
    }
    var origin =
        trace.name() + ", its times moved to " + at + "; tenants, teams and users invented";
    return new Traffic(id, origin, tenants, List.copyOf(calls));
  }

  private static Tenant tenant(String name, String currency) {
    return new Tenant(
        "trace-" + name,
        "Trace " + name,
        List.of(
            new Tenant.Team("editor", "completion", "", "", Shape.CODE, 50),
            new Tenant.Team("review", "review", "", "", Shape.CODE, 50)),
        List.of(Tenant.allCalls(currency, "4000000")));
  }
}

package dev.tollgate.quota.check;

import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.quota.budget.Priority;
import dev.tollgate.quota.hold.Subject;
import java.time.Duration;
import org.jspecify.annotations.NullMarked;

/// A check in the making: of model `m` of provider `p` by team `search` of tenant `acme`, for 100
/// tokens of input and 50 of output, until something else is said.
@NullMarked
final class TestAsk {
  private final String id;
  private final Dimensions.Builder dimensions =
      Dimensions.newBuilder().setTeam("search").setProvider("p").setModel("m");
  private String tenant = "acme";
  private String tier = "";
  private Priority priority = Priority.STANDARD;
  private long input = 100;
  private long output = 50;
  private long least;
  private Duration hold = Duration.ofMinutes(10);
  private String fingerprint = "print";

  private TestAsk(String id) {
    this.id = id;
  }

  static TestAsk of(String id) {
    return new TestAsk(id);
  }

  TestAsk tokens(long input, long output) {
    this.input = input;
    this.output = output;
    return this;
  }

  TestAsk least(long output) {
    least = output;
    return this;
  }

  TestAsk tenant(String tenant) {
    this.tenant = tenant;
    return this;
  }

  TestAsk model(String model) {
    dimensions.setModel(model);
    return this;
  }

  TestAsk provider(String provider) {
    dimensions.setProvider(provider);
    return this;
  }

  TestAsk tier(String tier) {
    this.tier = tier;
    return this;
  }

  TestAsk user(String user) {
    dimensions.setUser(user);
    return this;
  }

  TestAsk team(String team) {
    dimensions.setTeam(team);
    return this;
  }

  TestAsk session(String session) {
    dimensions.putTags("session", session);
    return this;
  }

  TestAsk environment(String environment) {
    dimensions.setEnvironment(environment);
    return this;
  }

  TestAsk priority(Priority priority) {
    this.priority = priority;
    return this;
  }

  TestAsk hold(Duration hold) {
    this.hold = hold;
    return this;
  }

  TestAsk fingerprint(String fingerprint) {
    this.fingerprint = fingerprint;
    return this;
  }

  Check made() {
    var subject = new Subject(dimensions.getProvider(), dimensions.getModel(), tier, "");
    return new Check(
        tenant, id, dimensions.build(), subject, priority, input, output, least, hold, fingerprint);
  }
}

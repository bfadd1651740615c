package dev.tollgate.kernel.dimension;

import dev.tollgate.proto.common.v1.Dimensions;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// One thing that calls are attributed to: a field of `tollgate.common.v1.Dimensions`, or a tag,
/// which is named `tags.<key>`.
public final class Dimension {
  /// What the names of tags begin with.
  public static final String TAG_PREFIX = "tags.";

  /// The name of the dimension whose values are persons.
  public static final String USER = "user";

  /// Most characters that a tag's key may have.
  public static final int TAG_KEY_MAX = 64;

  /// All dimensions but tags, in the order of the contract.
  public static final List<Dimension> ALL = all();

  private static final Map<String, Dimension> BY_NAME = byName();

  private final String name;
  private final Function<Dimensions, String> reader;
  private final BiConsumer<Dimensions.Builder, String> writer;

  private Dimension(
      String name,
      Function<Dimensions, String> reader,
      BiConsumer<Dimensions.Builder, String> writer) {
    this.name = name;
    this.reader = reader;
    this.writer = writer;
  }

  /// The dimension of that name; empty where there is none.
  public static Optional<Dimension> of(String name) {
    if (name.startsWith(TAG_PREFIX)) {
      var keyLength = name.length() - TAG_PREFIX.length();
      return keyLength < 1 || keyLength > TAG_KEY_MAX ? Optional.empty() : Optional.of(tag(name));
    }
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /// What no call carries, because it follows from what calls do carry. Not found by [#of].
  public static Dimension derived(String name) {
    return new Dimension(
        name,
        _ -> "",
        (_, value) -> {
          throw new IllegalArgumentException(value + " (expected: " + name + " is never stated)");
        });
  }

  /// The names of all dimensions but tags, in the order of the contract.
  public static List<String> names() {
    return List.copyOf(BY_NAME.keySet());
  }

  /// The known name that is most like the given one: for "did you mean".
  public static String nearest(String name) {
    return names().stream().min(Comparator.comparingInt(known -> distance(known, name))).get();
  }

  public String name() {
    return name;
  }

  public boolean isTag() {
    return name.startsWith(TAG_PREFIX);
  }

  /// Whether its values are persons, in whose place the ledger has surrogates.
  public boolean isUser() {
    return name.equals(USER);
  }

  /// The value that a call carries; empty where it carries none.
  public String read(Dimensions dimensions) {
    return reader.apply(dimensions);
  }

  public void write(Dimensions.Builder dimensions, String value) {
    writer.accept(dimensions, value);
  }

  /// Takes the value out; of a tag, the key too.
  public void clear(Dimensions.Builder dimensions) {
    if (isTag()) {
      dimensions.removeTags(name.substring(TAG_PREFIX.length()));
    } else {
      writer.accept(dimensions, "");
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Dimension dimension && name.equals(dimension.name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }

  private static Dimension tag(String name) {
    var key = name.substring(TAG_PREFIX.length());
    return new Dimension(
        name,
        dimensions -> dimensions.getTagsOrDefault(key, ""),
        (dimensions, value) -> dimensions.putTags(key, value));
  }

  /* Written out, as checks read them by the million: reflection would cost more than the rest of a
  matching. */
  private static List<Dimension> all() {
    return List.of(
        new Dimension("customer", Dimensions::getCustomer, Dimensions.Builder::setCustomer),
        new Dimension("team", Dimensions::getTeam, Dimensions.Builder::setTeam),
        new Dimension("cost_center", Dimensions::getCostCenter, Dimensions.Builder::setCostCenter),
        new Dimension("project", Dimensions::getProject, Dimensions.Builder::setProject),
        new Dimension(USER, Dimensions::getUser, Dimensions.Builder::setUser),
        new Dimension("feature", Dimensions::getFeature, Dimensions.Builder::setFeature),
        new Dimension(
            "environment", Dimensions::getEnvironment, Dimensions.Builder::setEnvironment),
        new Dimension("provider", Dimensions::getProvider, Dimensions.Builder::setProvider),
        new Dimension("model", Dimensions::getModel, Dimensions.Builder::setModel),
        new Dimension("endpoint", Dimensions::getEndpoint, Dimensions.Builder::setEndpoint),
        new Dimension("region", Dimensions::getRegion, Dimensions.Builder::setRegion),
        new Dimension("api_key", Dimensions::getApiKey, Dimensions.Builder::setApiKey),
        new Dimension("agent", Dimensions::getAgent, Dimensions.Builder::setAgent),
        new Dimension("workflow", Dimensions::getWorkflow, Dimensions.Builder::setWorkflow),
        new Dimension("session", Dimensions::getSession, Dimensions.Builder::setSession),
        new Dimension(
            "interaction", Dimensions::getInteraction, Dimensions.Builder::setInteraction),
        new Dimension("trace", Dimensions::getTrace, Dimensions.Builder::setTrace),
        new Dimension("request", Dimensions::getRequest, Dimensions.Builder::setRequest),
        new Dimension("operation", Dimensions::getOperation, Dimensions.Builder::setOperation),
        new Dimension(
            "customer_tier", Dimensions::getCustomerTier, Dimensions.Builder::setCustomerTier),
        new Dimension("plan", Dimensions::getPlan, Dimensions.Builder::setPlan),
        new Dimension(
            "prompt_version", Dimensions::getPromptVersion, Dimensions.Builder::setPromptVersion),
        new Dimension("release", Dimensions::getRelease, Dimensions.Builder::setRelease));
  }

  private static Map<String, Dimension> byName() {
    var byName = new LinkedHashMap<String, Dimension>();
    ALL.forEach(dimension -> byName.put(dimension.name, dimension));
    return byName;
  }

  /* Levenshtein's edit distance, of names cut to a length at which it stays cheap. */
  private static int distance(String known, String given) {
    var other = given.substring(0, Math.min(given.length(), 2 * TAG_KEY_MAX));
    var row = new int[other.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= known.length(); i++) {
      var diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        var change = diagonal + (known.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j - 1], diagonal) + 1);
      }
    }
    return row[other.length()];
  }
}

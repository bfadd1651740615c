package dev.tollgate.ingest.otlp;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// The alias table: under which names the conventions of OpenTelemetry and others say what an event
/// says. Each list is in order of preference.
///
/// @param kinds which attribute tells what a span is, and by which values
/// @param events the names of log records that tell of one call
/// @param fields by field, where it may stand
/// @param counts by count, the attributes that may hold it
/// @param providers other names of providers, in lower case, beside those that profiles know
/// @param frameworks what some libraries name in place of a provider, in lower case
/// @param hosts by pattern of host names, whose they are
/// @param requestedModelFirst providers that bill the model by the name under which it was asked
///   for
/// @param serviceTiers other names of service tiers; empty is the standard one
/// @param endings by terminal status, what stands in the errors that mean it, in lower case
/// @param freeErrors what stands in the errors of calls that a provider refused, for nothing
record Aliases(
    List<Kind> kinds,
    List<String> events,
    Map<Field, Place> fields,
    Map<Count, List<String>> counts,
    Map<String, String> providers,
    List<String> frameworks,
    Map<String, String> hosts,
    List<String> requestedModelFirst,
    Map<String, String> serviceTiers,
    Map<Ending, List<String>> endings,
    List<String> freeErrors) {
  private static final String RESOURCE = "/dev/tollgate/ingest/otlp/aliases.json";

  /// An attribute that tells what a span is. Values are in lower case.
  ///
  /// @param inference the values that mean one call of a model, with the operation that they mean
  /// @param structure the values that are known to mean something else
  record Kind(String attribute, Map<String, String> inference, List<String> structure) {}

  /// Where a field may stand: on whom, and under which names.
  record Place(List<From> from, List<Name> names) {}

  /// Whose attributes may hold a field.
  enum From {
    RECORD,
    ANCESTORS,
    RESOURCE
  }

  /// An attribute's name; it counts only on spans whose attribute `where` has the value `is`, or on
  /// all where that is empty.
  record Name(String name, String where, String is) {
    static Name of(String name) {
      return new Name(name, "", "");
    }

    boolean counts(Attributes attributes) {
      return where.isEmpty() || attributes.text(where).orElse("").equals(is);
    }
  }

  /// What of an event stands in attributes, beside counts.
  enum Field {
    PROVIDER,
    MODEL,
    ENDPOINT,
    RESPONSE_ID,
    FINISH_REASON,
    ERROR,
    SERVICE_TIER,
    MAX_OUTPUT_TOKENS,
    FIRST_TOKEN_SECONDS,
    FIRST_TOKEN_MILLIS,
    PROMPT_VERSION,
    AGENT,
    WORKFLOW,
    SESSION,
    USER,
    ENVIRONMENT,
    PROJECT,
    RELEASE,
    RESERVATION_ID,
    LOGICAL_REQUEST_ID,
    ATTEMPT,
    CACHE_BESIDE,
    REASONING_BESIDE
  }

  /// A number of tokens that attributes state.
  enum Count {
    INPUT,
    OUTPUT,
    TOTAL,
    CACHE_READ,
    CACHE_WRITE,
    INPUT_AUDIO,
    INPUT_IMAGE,
    INPUT_VIDEO,
    REASONING,
    OUTPUT_AUDIO
  }

  /// How a call ended that did not succeed, as far as its error says.
  enum Ending {
    RATE_LIMITED,
    TIMEOUT,
    CANCELLED
  }

  /// The table that comes with this release.
  static Aliases shipped() {
    try (var in = Aliases.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is not in the jar");
      }
      return AliasReader.read(in.readAllBytes());
    } catch (IOException e) {
      throw new IllegalStateException(RESOURCE + " can't be read", e);
    }
  }

  Place place(Field field) {
    return Objects.requireNonNull(fields.get(field));
  }

  /// The attributes that may hold the count.
  List<String> names(Count count) {
    return Objects.requireNonNull(counts.get(count));
  }

  /// What stands in the errors that mean this ending.
  List<String> errors(Ending ending) {
    return Objects.requireNonNull(endings.get(ending));
  }

  /// The operation that the record is, where it is a call of a model.
  Optional<String> operation(Observed observed) {
    if (!observed.isSpan()) {
      return events.contains(observed.eventName())
          ? Optional.of(told(observed.attributes()).orElse(""))
          : Optional.empty();
    }
    return told(observed.attributes());
  }

  /* The first attribute that is there decides: agents' spans of one convention may repeat what
  another would take for a call. */
  private Optional<String> told(Attributes attributes) {
    for (var kind : kinds) {
      var value = attributes.text(kind.attribute());
      if (value.isPresent()) {
        return Optional.ofNullable(kind.inference().get(value.get().toLowerCase(Locale.ROOT)));
      }
    }
    return Optional.empty();
  }

  /// Whether a span is known to be something else than a call: an agent, a tool, a chain.
  boolean isStructure(Attributes attributes) {
    for (var kind : kinds) {
      var value = attributes.text(kind.attribute());
      if (value.isPresent()) {
        return kind.structure().contains(value.get().toLowerCase(Locale.ROOT));
      }
    }
    return false;
  }
}

package dev.tollgate.ingest.attribute;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.kernel.control.Entry;
import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Every tenant's attribution rules: stored in `control_attribution_rules`, held in memory,
/// followed by polling. What is written here binds here at once, elsewhere with the next poll.
/// While the table can't be read, the last known ones stay in force. Safe for concurrent use.
public final class AttributionRules implements AutoCloseable {
  /* An entry is a rule by its id; an empty content says that it was deleted. */
  private static final Logger LOG = LoggerFactory.getLogger(AttributionRules.class);
  private static final long POLL_MILLIS = 1_000;
  private static final int RULES_MAX = 200;

  /// An event as the rules left it.
  ///
  /// @param filled what they filled in
  public record Attributed(UsageEvent event, Filled filled) {
    public boolean isUntouched() {
      return filled.dimensions().isEmpty();
    }
  }

  private final ControlTable table;
  private final ScheduledExecutorService poller =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("attribution-rules").factory());
  private final Set<String> complained = new HashSet<>();
  private long size = -1;
  private boolean isAway;
  private volatile Map<String, Map<String, AttributionRule>> known = Map.of();
  private volatile Map<String, RuleOrder> ordered = Map.of();

  private AttributionRules(ControlTable table) {
    this.table = table;
  }

  /// Reads all rules and starts to follow them. Blocks.
  public static AttributionRules follow(ControlTable table) {
    var rules = new AttributionRules(table);
    rules.refresh();
    var _ =
        rules.poller.scheduleWithFixedDelay(
            rules::poll, POLL_MILLIS, POLL_MILLIS, TimeUnit.MILLISECONDS);
    return rules;
  }

  /// Fills in what the event leaves open and a rule says. Does not block.
  public Attributed attribute(String tenant, UsageEvent event) {
    var rules = ordered.get(tenant);
    if (rules == null) {
      return new Attributed(event, Filled.NOTHING);
    }
    var time = Times.instant(event.getEventTime());
    var attribution = rules.attribute(event.getDimensions(), time);
    return attribution.filled().dimensions().isEmpty()
        ? new Attributed(event, Filled.NOTHING)
        : new Attributed(
            event.toBuilder().setDimensions(attribution.dimensions()).build(),
            attribution.filled());
  }

  /// All of the tenant's, whoever wrote them. Blocks.
  public RuleOrder newest(String tenant) {
    refresh();
    return ordered.getOrDefault(tenant, RuleOrder.NONE);
  }

  /// In the order in which they are tried, whoever wrote them. Blocks.
  List<AttributionRule> list(String tenant) {
    return newest(tenant).rules();
  }

  /// Writes the rule on top of the version that it names. Blocks.
  synchronized AttributionRule put(String tenant, AttributionRule rule, String actor) {
    refresh();
    var before = known.getOrDefault(tenant, Map.of()).get(rule.id());
    if (before != null && before.isWritten(rule)) {
      return before;
    }
    if (before == null
        && ordered.getOrDefault(tenant, RuleOrder.NONE).rules().size() >= RULES_MAX) {
      throw Failure.of(Reason.LIMIT_REACHED, "there are " + RULES_MAX + " attribution rules");
    }
    var version =
        before == null && rule.version() == 0 ? written(tenant, rule.id()) : rule.version();
    return AttributionRuleForm.stored(
        append(tenant, rule.id(), version, AttributionRuleForm.json(rule), actor));
  }

  /// Deletes the rule if that is its version; succeeds again where it has. Blocks.
  synchronized void delete(String tenant, String id, long version, String actor) {
    refresh();
    if (known.getOrDefault(tenant, Map.of()).containsKey(id)) {
      var _ = append(tenant, id, version, "", actor);
    } else if (version == 0 || written(tenant, id) != version + 1) {
      throw Failure.of(Reason.ATTRIBUTION_RULE_UNKNOWN, id + ": no such attribution rule");
    }
  }

  /* How often, deletions too. */
  private long written(String tenant, String id) {
    return table.read(tenant, id).map(Entry::version).orElse(0L);
  }

  private Entry append(String tenant, String id, long version, String content, String actor) {
    var entry = table.append(tenant, id, version, content, actor);
    refresh();
    return entry;
  }

  private void poll() {
    try {
      refresh();
      isAway = false;
    } catch (RuntimeException failed) {
      if (!isAway && !poller.isShutdown()) {
        LOG.warn("attribution rules can't be read; the last known ones stay in force", failed);
      }
      isAway = true;
    }
  }

  /// Reads what was written since the last time. Blocks.
  synchronized void refresh() {
    var newSize = table.size();
    if (newSize == size) {
      return;
    }
    var read = new HashMap<String, Map<String, AttributionRule>>();
    for (var entry : table.latest()) {
      read(entry)
          .ifPresent(rule ->
              read.computeIfAbsent(entry.tenant(), _ -> new HashMap<>()).put(rule.id(), rule));
    }
    known = Map.copyOf(read);
    var sorted = new HashMap<String, RuleOrder>();
    read.forEach((tenant, rules) -> sorted.put(tenant, new RuleOrder(List.copyOf(rules.values()))));
    ordered = Map.copyOf(sorted);
    size = newSize;
  }

  /* What can't be read must harm no other rule: what it said before stays in force. */
  private Optional<AttributionRule> read(Entry entry) {
    if (entry.content().isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(AttributionRuleForm.stored(entry));
    } catch (IllegalStateException damaged) {
      if (complained.add(entry.tenant() + "/" + entry.id() + "/" + entry.version())) {
        LOG.error("an attribution rule stays as it was before", damaged);
      }
      @Nullable AttributionRule before =
          known.getOrDefault(entry.tenant(), Map.of()).get(entry.id());
      return Optional.ofNullable(before);
    }
  }

  @Override
  public void close() {
    poller.shutdownNow();
  }
}

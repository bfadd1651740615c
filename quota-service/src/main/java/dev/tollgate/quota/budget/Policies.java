package dev.tollgate.quota.budget;

import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.kernel.control.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Every tenant's policy: stored in `control_budgets` and `control_check_rules`, held in memory,
/// followed by polling. What is written here binds here at once, on other instances as soon as a
/// check tells them that they are behind, or with their next poll. While the tables can't be read,
/// the last known policies stay in force. Safe for concurrent use.
public final class Policies implements AutoCloseable {
  /* Entries of `control_budgets` are budgets by their id, and freezes by `freeze:` and their id. An
  empty content says that the thing was deleted. The version of a policy is how many entries were
  ever written for its tenant: it only grows. */

  private static final Duration EVERY = Duration.ofMillis(500);
  static final String FREEZE = "freeze:";
  static final String RULES = "check-rules";

  private final PolicyTable budgets;
  private final PolicyTable rules;
  private final BiConsumer<String, Policy> changed;
  private final Poll poll = new Poll("policies", EVERY, this::refresh);
  private final ExecutorService refresher =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("policies-now").factory());
  private final Map<String, Map<String, Read>> read = new HashMap<>();
  private final Set<String> outdated = new HashSet<>();
  private volatile Map<String, Policy> policies = Map.of();

  /* What an entry of a version says, so that it is parsed once; and since when its counting is
  known here. */
  private record Read(long version, Content content) {}

  private sealed interface Content {
    record OfBudget(Budget budget, long firstSeen) implements Content {}

    record OfFreeze(Freeze freeze) implements Content {}

    record Deleted() implements Content {}
  }

  private Policies(ControlTable budgets, ControlTable rules, BiConsumer<String, Policy> changed) {
    this.budgets = new PolicyTable(budgets);
    this.rules = new PolicyTable(rules);
    this.changed = changed;
  }

  /// Reads all policies and starts to follow them. Blocks.
  ///
  /// @param changed is told of every policy that is new or changed, after it binds here; must not
  ///   throw, and not wait for long
  public static Policies follow(
      ControlTable budgets, ControlTable rules, BiConsumer<String, Policy> changed) {
    var policies = new Policies(budgets, rules, changed);
    policies.refresh();
    policies.poll.start();
    return policies;
  }

  /// The tenant's policy as this instance knows it. Does not block.
  public Policy of(String tenant) {
    return policies.getOrDefault(tenant, Policy.EMPTY);
  }

  /// The tenants that have said anything.
  public Set<String> tenants() {
    return policies.keySet();
  }

  /// The tenant's policy, of at least that version if it is there. Does not block the caller.
  public CompletableFuture<Policy> atLeast(String tenant, long version) {
    var known = of(tenant);
    if (known.version() >= version) {
      return CompletableFuture.completedFuture(known);
    }
    return CompletableFuture.supplyAsync(
        () -> {
          if (of(tenant).version() < version) {
            refresh();
          }
          return of(tenant);
        },
        refresher);
  }

  /* Until nothing has changed while both tables were read: then policies of one version are the same
  on all instances, which the seeding of counters relies on. */
  /// Reads what was written since the last time. Blocks.
  public synchronized void refresh() {
    for (var newer = readNewer(); !newer.isEmpty(); newer = readNewer()) {
      outdated.addAll(newer);
    }
    compile();
  }

  private Set<String> readNewer() {
    var newer = new HashSet<>(budgets.refresh());
    newer.addAll(rules.refresh());
    return newer;
  }

  /// Writes an entry on top of the version that it names, else WRITE_CONFLICT; it binds here when
  /// this returns. Blocks.
  synchronized Entry write(String tenant, String id, long version, String content, String actor) {
    var table = id.equals(RULES) ? rules : budgets;
    var entry = table.table().append(tenant, id, version, content, actor);
    refresh();
    return entry;
  }

  /// The versions of a thing, oldest first; also of a deleted one. Blocks.
  List<Entry> versions(String tenant, String id) {
    return budgets.table().since(tenant, id, 0);
  }

  /// How often the thing was written, also if it is deleted by now.
  synchronized long version(String tenant, String id) {
    var table = id.equals(RULES) ? rules : budgets;
    var entry = table.of(tenant).get(id);
    return entry == null ? 0 : entry.version();
  }

  /* Something that can't be read must not hide what others have said, nor what the tenant said
  before: that stays in force, and is tried again. A tenant of which nothing is known stops it:
  whoever starts without a budget that there is would let everything pass. */
  private void compile() {
    var all = new HashMap<>(policies);
    var compiled = new ArrayList<String>();
    @Nullable IllegalStateException unreadable = null;
    for (var tenant : List.copyOf(outdated)) {
      try {
        all.put(tenant, compile(tenant));
        compiled.add(tenant);
        outdated.remove(tenant);
      } catch (IllegalStateException failure) {
        unreadable = failure;
      }
    }
    if (!compiled.isEmpty()) {
      policies = Map.copyOf(all);
      compiled.forEach(tenant -> changed.accept(tenant, of(tenant)));
    }
    if (unreadable != null) {
      throw unreadable;
    }
  }

  private Policy compile(String tenant) {
    var version = budgets.version(tenant) + rules.version(tenant);
    var known = read.computeIfAbsent(tenant, name -> new HashMap<>());
    var stated = new ArrayList<Budget>();
    var freezes = new ArrayList<Freeze>();
    var firstSeen = new HashMap<String, Long>();
    for (var entry : budgets.of(tenant).values()) {
      var before = known.get(entry.id());
      var now =
          before != null && before.version() == entry.version()
              ? before
              : new Read(entry.version(), read(entry, before, version));
      known.put(entry.id(), now);
      switch (now.content()) {
        case Content.OfBudget(var budget, var since) -> {
          stated.add(budget);
          firstSeen.put(budget.counterId(), since);
        }
        case Content.OfFreeze(var freeze) -> freezes.add(freeze);
        case Content.Deleted() -> {}
      }
    }
    return new Policy(version, stated, freezes, rulesOf(tenant), firstSeen);
  }

  private static Content read(Entry entry, @Nullable Read before, long version) {
    if (entry.content().isEmpty()) {
      return new Content.Deleted();
    }
    if (entry.id().startsWith(FREEZE)) {
      return new Content.OfFreeze(FreezeForm.stored(entry));
    }
    var budget = BudgetForm.stored(entry);
    if (before != null
        && before.content() instanceof Content.OfBudget(var last, var since)
        && last.counterId().equals(budget.counterId())) {
      return new Content.OfBudget(budget, since);
    }
    return new Content.OfBudget(budget, version);
  }

  private CheckRules rulesOf(String tenant) {
    var entry = rules.of(tenant).get(RULES);
    return entry == null ? CheckRules.DEFAULT : CheckRulesForm.stored(entry);
  }

  @Override
  public void close() {
    poll.close();
    refresher.shutdownNow();
  }
}

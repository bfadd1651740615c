package dev.tollgate.quota.check;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.kernel.window.Window;
import dev.tollgate.quota.budget.Adjustment;
import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.Contact;
import dev.tollgate.quota.budget.Enforcement;
import dev.tollgate.quota.budget.HoldExpiry;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.budget.Models;
import dev.tollgate.quota.budget.Origin;
import dev.tollgate.quota.budget.Selector;
import dev.tollgate.quota.budget.StoreAway;
import dev.tollgate.quota.budget.Thresholds;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/// A budget in the making: for a lifetime, of every call, HARD, until something else is said.
@NullMarked
public final class TestBudget {
  private final String id;
  private final List<Limit> limits;
  private Selector selector = Selector.ALL;
  private List<Dimension> groupBy = List.of();
  private long groupsMax = Budget.GROUPS_DEFAULT;
  private boolean fallback;
  private Window window = new Window.Lifetime();
  private Thresholds thresholds = Thresholds.DEFAULT;
  private Enforcement enforcement = Enforcement.HARD;
  private StoreAway storeAway = StoreAway.DENY;
  private HoldExpiry holdExpiry = HoldExpiry.CHARGE_HOLD;
  private Models models = Models.ANY;
  private Contact contact = Contact.NONE;
  private String parentId = "";
  private Instant endTime = Instant.MAX;
  private List<Adjustment> adjustments = List.of();

  private TestBudget(String id, List<Limit> limits) {
    this.id = id;
    this.limits = limits;
  }

  public static TestBudget of(String id, Limit... limits) {
    return new TestBudget(id, List.of(limits));
  }

  public TestBudget where(String dimension, String value) {
    selector = Selector.of(Map.of(dimension, value));
    return this;
  }

  public TestBudget groupBy(long groupsMax, String... dimensions) {
    this.groupsMax = groupsMax;
    groupBy = Stream.of(dimensions).map(name -> Dimension.of(name).orElseThrow()).toList();
    return this;
  }

  public TestBudget fallback() {
    fallback = true;
    return this;
  }

  public TestBudget window(Window window) {
    this.window = window;
    return this;
  }

  public TestBudget thresholds(Thresholds thresholds) {
    this.thresholds = thresholds;
    return this;
  }

  public TestBudget enforcement(Enforcement enforcement) {
    this.enforcement = enforcement;
    return this;
  }

  public TestBudget storeAway(StoreAway storeAway) {
    this.storeAway = storeAway;
    return this;
  }

  public TestBudget holdExpiry(HoldExpiry holdExpiry) {
    this.holdExpiry = holdExpiry;
    return this;
  }

  public TestBudget models(Models models) {
    this.models = models;
    return this;
  }

  public TestBudget contact(String owner, String denialMessage) {
    contact = new Contact(owner, denialMessage);
    return this;
  }

  public TestBudget carvedOutOf(String parentId) {
    this.parentId = parentId;
    return this;
  }

  public TestBudget endTime(Instant endTime) {
    this.endTime = endTime;
    return this;
  }

  public TestBudget adjustments(Adjustment... adjustments) {
    this.adjustments = List.of(adjustments);
    return this;
  }

  public Budget made() {
    return new Budget(
        id,
        id.toUpperCase(Locale.ROOT),
        selector,
        groupBy,
        fallback,
        window,
        limits,
        thresholds,
        enforcement,
        storeAway,
        holdExpiry,
        models,
        contact,
        parentId,
        endTime,
        groupsMax,
        adjustments,
        Origin.made(Instant.EPOCH, Map.of()));
  }
}

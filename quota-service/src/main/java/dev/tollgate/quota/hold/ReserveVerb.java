package dev.tollgate.quota.hold;

import dev.tollgate.quota.redis.Packer;
import dev.tollgate.quota.redis.Unpacker;
import dev.tollgate.quota.redis.Verb;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// A wish on its way to reserve.lua, which says what stands where in the item.
final class ReserveVerb implements Verb<Reserved> {
  private static final Duration NEW_HOLDS_SLOT = Duration.ofMinutes(10);
  private static final int FIRST_CLAIM = 4;

  private final Wish wish;
  private final HoldLimits limits;
  private final RedisClock clock;
  private final List<byte[]> keys;
  private boolean slides;
  private boolean reports;
  private int bounded;

  ReserveVerb(Wish wish, HoldLimits limits, RedisClock clock) {
    this.wish = wish;
    this.limits = limits;
    this.clock = clock;
    keys = keys(new Keys(wish.tenant()));
  }

  /* Per claim: its counter, its earlier slots, and the count of groups where they are bounded. */
  private List<byte[]> keys(Keys names) {
    var all = new ArrayList<byte[]>(FIRST_CLAIM + wish.claims().size());
    all.add(names.record(wish.id()));
    all.add(names.openHolds());
    all.add(names.head());
    all.add(names.newHolds(clock.nowMillis() / NEW_HOLDS_SLOT.toMillis()));
    for (var claim : wish.claims()) {
      all.add(names.counter(claim.counter()));
      for (var slot : claim.earlier()) {
        slides = true;
        all.add(names.counter(slot));
      }
      if (claim.groupsMax() > 0) {
        bounded++;
        all.add(names.groups(claim.counter()));
      }
      reports |= claim.reportAbove() != CounterUnit.EXACT_MAX;
    }
    return all;
  }

  private static int span(Claim claim) {
    return 1 + claim.earlier().size() + (claim.groupsMax() > 0 ? 1 : 0);
  }

  @Override
  public List<byte[]> keys() {
    return keys;
  }

  @Override
  public int order() {
    return 1;
  }

  @Override
  public void pack(Packer out, int[] index) {
    packFacts(out, index);
    packClaims(out, index);
    packKept(out);
    packRecord(out);
    packEarlier(out, index);
    packReports(out);
    packGroups(out, index);
  }

  private void packFacts(Packer out, int[] index) {
    out.text("R").integer(index[0]).integer(index[1]).integer(index[2]).integer(index[3]);
    out.text(wish.id().text()).text(wish.fingerprint());
    out.integer(wish.holdDuration().toMillis());
    packTimes(out);
    out.integer(wish.head().policyVersion()).integer(wish.head().seedNeeded()).bool(wish.strict());
    out.integer(limits.openHoldsMax()).integer(limits.newHoldsMax());
    out.decimal(Retention.open(clock.now().plus(wish.holdDuration()), wish.counters()));
  }

  private void packTimes(Packer out) {
    var latestStart = 0L;
    var earliestEnd = CounterUnit.EXACT_MAX;
    for (var claim : wish.claims()) {
      latestStart = Math.max(latestStart, claim.counter().startMillis());
      var until = claim.currentUntilMillis();
      earliestEnd = until == 0 ? earliestEnd : Math.min(earliestEnd, until);
    }
    out.integer(latestStart).integer(earliestEnd);
  }

  private void packClaims(Packer out, int[] index) {
    var claims = out.open();
    var at = FIRST_CLAIM;
    for (var claim : wish.claims()) {
      out.integer(index[at]).integer(claim.limit()).integer(claim.amount());
      at += span(claim);
    }
    out.close(claims);
  }

  private void packKept(Packer out) {
    var kept = out.open();
    for (var claim : wish.claims()) {
      out.integer(Retention.counter(claim.counter()));
    }
    out.close(kept);
  }

  /* What a record has behind its state and times. */
  private void packRecord(Packer out) {
    var record = out.open();
    out.text(wish.fingerprint());
    new HoldBody(wish.terms(), wish.counters()).pack(out);
    var held = out.open();
    var differ = false;
    for (var claim : wish.claims()) {
      out.integer(claim.amount());
      differ |= claim.lapsed() != claim.amount();
    }
    out.close(held);
    if (differ) {
      var lapsed = out.open();
      for (var claim : wish.claims()) {
        out.integer(claim.lapsed());
      }
      out.close(lapsed);
    } else {
      out.bool(false);
    }
    out.bool(false).bool(false);
    out.close(record);
  }

  private void packEarlier(Packer out, int[] index) {
    var claims = wish.claims();
    if (!slides) {
      out.bool(false);
      return;
    }
    out.array(claims.size());
    var at = FIRST_CLAIM;
    for (var claim : claims) {
      var slots = claim.earlier().size();
      if (slots == 0) {
        out.bool(false);
      } else {
        out.array(slots);
      }
      for (int i = 1; i <= slots; i++) {
        out.integer(index[at + i]);
      }
      at += span(claim);
    }
  }

  private void packReports(Packer out) {
    var claims = wish.claims();
    if (!reports) {
      out.bool(false);
    } else {
      out.array(claims.size());
      claims.forEach(claim -> out.integer(reportAbove(claim)));
    }
  }

  /* A sum may pass what is exact; who wants no report gets none. */
  private static long reportAbove(Claim claim) {
    return claim.reportAbove() == CounterUnit.EXACT_MAX ? Long.MAX_VALUE : claim.reportAbove();
  }

  private void packGroups(Packer out, int[] index) {
    var claims = wish.claims();
    if (bounded == 0) {
      out.bool(false);
      return;
    }
    out.array(4 * bounded);
    var at = FIRST_CLAIM;
    for (int i = 0; i < claims.size(); i++) {
      var claim = claims.get(i);
      at += span(claim);
      if (claim.groupsMax() > 0) {
        out.integer(i + 1L).integer(index[at - 1]).integer(claim.groupsMax());
        out.integer(Retention.counter(claim.counter()));
      }
    }
  }

  @Override
  public Reserved read(Unpacker answer) {
    var left = answer.array();
    var kind = answer.text();
    return switch (kind) {
      case "G" -> granted(answer, left);
      case "A" -> replayed(answer);
      case "U" -> new Reserved.Reused();
      case "C" -> new Reserved.Closed(answer.bool());
      case "T" -> new Reserved.Stale(clock.told(answer.integer()));
      case "F" -> new Reserved.Refused(clock.told(answer.integer()), sums(answer));
      case "E" -> new Reserved.NoEpoch();
      case "P" -> new Reserved.StalePolicy(answer.integer());
      case "N" -> new Reserved.Unseeded(answer.integer());
      case "W" -> new Reserved.Recovering(Instant.ofEpochMilli(answer.integer()));
      case "O" -> new Reserved.TooManyGroups((int) answer.integer());
      case "M" -> new Reserved.TooManyHolds(answer.integer());
      default -> throw new IllegalStateException("reserve.lua's answer: " + kind);
    };
  }

  private Reserved granted(Unpacker answer, int length) {
    var epoch = answer.text();
    var checkTime = clock.told(answer.integer());
    var expireTime = Instant.ofEpochMilli(answer.integer());
    var reports = new ArrayList<Reserved.Report>();
    for (int left = length - 4; left > 0; left -= 2) {
      reports.add(new Reserved.Report((int) answer.integer(), answer.integer()));
    }
    return new Reserved.Granted(
        false, epoch, checkTime, expireTime, wish.terms(), wish.counters(), reports);
  }

  private static Reserved replayed(Unpacker answer) {
    var epoch = answer.text();
    var checkTime = Instant.ofEpochMilli(answer.integer());
    var expireTime = Instant.ofEpochMilli(answer.integer());
    var first = HoldBody.parse(answer.bytes());
    return new Reserved.Granted(
        true, epoch, checkTime, expireTime, first.terms(), first.counters(), List.of());
  }

  private static List<Long> sums(Unpacker answer) {
    var sums = new ArrayList<Long>();
    for (int left = answer.array(); left > 0; left--) {
      sums.add(answer.integer());
    }
    return sums;
  }
}

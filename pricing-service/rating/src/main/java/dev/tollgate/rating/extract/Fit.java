package dev.tollgate.rating.extract;

import java.util.Comparator;

/// How well a profile fits a body; the best fit comes first.
///
/// @param missing how many of the values that it requires or is known by are not there
/// @param required how many it requires or is known by
/// @param stated how many of its counts are there
record Fit(Profile profile, Body body, int missing, int required, int stated)
    implements Comparable<Fit> {
  /* The most specific of those that fit whole; where none does, the one that misses least. */
  private static final Comparator<Fit> ORDER =
      Comparator.comparingInt(Fit::missing)
          .thenComparing(Comparator.comparingInt(Fit::required).reversed())
          .thenComparing(Comparator.comparingInt(Fit::stated).reversed());

  static Fit of(Profile profile, Body body) {
    var required = profile.marks().size();
    var missing = 0;
    for (var mark : profile.marks()) {
      missing += body.has(mark) ? 0 : 1;
    }
    var stated = 0;
    for (var count : profile.counts()) {
      var has = body.has(count);
      stated += has ? 1 : 0;
      required += count.required() ? 1 : 0;
      missing += count.required() && !has ? 1 : 0;
    }
    return new Fit(profile, body, missing, required, stated);
  }

  @Override
  public int compareTo(Fit other) {
    return ORDER.compare(this, other);
  }
}

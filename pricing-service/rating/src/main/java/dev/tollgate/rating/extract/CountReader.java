package dev.tollgate.rating.extract;

import dev.tollgate.rating.Bucket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the counts of one profile, and the sums that they must add up to.
final class CountReader {
  static final Set<String> FIELDS =
      Set.of(
          "path",
          "times",
          "decimal_places",
          "bucket",
          "position",
          "required",
          "inside",
          "inside_if");
  private static final Set<String> SUM_FIELDS = Set.of("total", "of", "plus");

  /// So that which counts contain one fits into the bits of a long.
  private static final int COUNTS_MAX = 63;

  /// What is left of a count is named as text by the division, never by a profile.
  private static final Set<Bucket> NAMED_LATER =
      Set.of(Bucket.INPUT_TEXT, Bucket.CACHE_READ_TEXT, Bucket.OUTPUT_TEXT);

  private final List<String> names;
  private final List<Count> counts = new ArrayList<>();

  CountReader(Map<String, Fields> counts) {
    this.names = List.copyOf(counts.keySet());
    counts.forEach((name, fields) -> this.counts.add(count(name, fields)));
  }

  List<Count> counts() {
    return List.copyOf(counts);
  }

  private Count count(String name, Fields fields) {
    fields.require(
        counts.size() < COUNTS_MAX, "", "too many (expected: at most " + COUNTS_MAX + ")");
    var paths = fields.paths("path");
    fields.require(!paths.isEmpty(), "path", "missing (expected: a path or several)");
    var bucket = bucket(fields, "bucket");
    var inside = indices(fields, "inside");
    fields.require(
        inside.stream().allMatch(i -> i < counts.size() && counts.get(i).bucket() != null),
        "inside",
        "names a count that has no bucket or comes later");
    fields.require(
        inside.isEmpty() || bucket != null, "inside", "given (expected: only with a bucket)");
    var insideIf =
        fields.has("inside_if")
            ? List.of(sum(fields.object("inside_if", SUM_FIELDS)))
            : List.<Sum>of();
    return new Count(
        name,
        paths,
        fields.paths("times"),
        fields.number("decimal_places", 0, 18),
        bucket,
        bucket(fields, "position"),
        fields.flag("required"),
        inside,
        insideIf);
  }

  private static @Nullable Bucket bucket(Fields fields, String field) {
    if (!fields.has(field)) {
      return null;
    }
    var name = fields.text(field);
    var bucket = Bucket.of(name).filter(b -> !NAMED_LATER.contains(b));
    fields.require(bucket.isPresent(), field, name + " (expected: a bucket, not of text alone)");
    return bucket.orElseThrow();
  }

  List<Sum> sums(Fields profile) {
    var sums = new ArrayList<Sum>();
    if (profile.has("sums")) {
      for (var node : profile.list("sums")) {
        sums.add(sum(Fields.of(profile.at("sums"), node, SUM_FIELDS)));
      }
    }
    return sums;
  }

  private Sum sum(Fields fields) {
    var of = indices(fields, "of");
    var plus = indices(fields, "plus");
    fields.require(!of.isEmpty() || !plus.isEmpty(), "of", "empty (expected: a count)");
    return new Sum(index(fields, "total", fields.text("total")), of, plus);
  }

  private List<Integer> indices(Fields fields, String field) {
    return fields.texts(field).stream().map(name -> index(fields, field, name)).toList();
  }

  private int index(Fields fields, String field, String name) {
    var index = names.indexOf(name);
    fields.require(index >= 0, field, name + " (expected: one of " + names + ")");
    return index;
  }
}

package dev.tollgate.rating.extract;

import dev.tollgate.rating.Bucket;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A number in a body: where it stands, which bucket it fills, and inside which other counts the
/// same units are counted too.
///
/// @param paths where it stands: several places for one number, the first that is stated
/// @param times what it is multiplied by, such as hours; none or one
/// @param decimalPlaces how far its point moves to the right
/// @param bucket what it fills; null for a count that is only compared
/// @param position the bucket whose use before this call it states; null for other counts
/// @param inside indices of the counts that contain it, each smaller than its own
/// @param insideIf where not empty: only inside them while one of these sums holds, else beside
record Count(
    String name,
    List<Path> paths,
    List<Path> times,
    int decimalPlaces,
    @Nullable Bucket bucket,
    @Nullable Bucket position,
    boolean required,
    List<Integer> inside,
    List<Sum> insideIf) {

  /// How messages call it.
  String where() {
    return paths.getFirst().text();
  }
}

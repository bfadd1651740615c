package dev.tollgate.rating.extract;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// How one shape of usage body is read.
///
/// @param serves by provider, the names of the flavor: the first is the one that is shown
/// @param roots where the usage stands in a whole response; the body itself is tried last
/// @param marks what must be there, besides required counts, for a body to be of this shape
/// @param counts each after those that contain it
/// @param lists whose elements must all be known
record Profile(
    String name,
    Map<String, List<String>> serves,
    List<Path> roots,
    List<Path> marks,
    List<Count> counts,
    List<Sum> sums,
    List<KnownList> lists,
    List<Path> serviceTier,
    List<Path> region) {

  /// A list of the body, and the values of a field that its elements may have.
  record KnownList(String list, String field, Set<String> known, String otherwise) {}

  boolean serves(String provider, String flavor) {
    var flavors = serves.getOrDefault(provider, List.of());
    return flavor.isEmpty() ? !flavors.isEmpty() : flavors.contains(flavor);
  }

  /// Provider and flavor as they are shown.
  String nameFor(String provider) {
    return provider + "/" + serves.getOrDefault(provider, List.of(name)).getFirst();
  }
}

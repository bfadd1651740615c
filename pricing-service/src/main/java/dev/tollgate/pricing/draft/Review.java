package dev.tollgate.pricing.draft;

import dev.tollgate.pricing.compare.Diff;
import dev.tollgate.pricing.compare.Quarantine;
import dev.tollgate.pricing.compare.Suspect;
import dev.tollgate.pricing.publish.PublishedBook;
import dev.tollgate.rating.PriceBook;
import dev.tollgate.rating.PriceBookInvalid.Problem;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What a person has to know of an open draft before it is published.
///
/// @param problems which rules it breaks by now
/// @param suspects what is in quarantine, released or not
public record Review(
    Draft draft, PriceBook book, List<Problem> problems, Diff diff, List<Suspect> suspects) {

  /// @param compared the newest published version; empty where there is none
  static Review of(
      Draft draft, Optional<PublishedBook> compared, List<Problem> problems, Instant now) {
    var book = draft.book();
    return new Review(
        draft,
        book,
        problems,
        compared.map(before -> Diff.between(before.book(), book)).orElseGet(() -> Diff.to(book)),
        compared
            .map(before -> Quarantine.of(before.book(), book, now))
            .orElseGet(() -> Quarantine.of(book)));
  }

  public boolean isReleased(Suspect suspect) {
    return draft.isReleased(suspect.itemId());
  }

  /// What nobody has released.
  public List<Suspect> unreleased() {
    return suspects.stream().filter(suspect -> !isReleased(suspect)).toList();
  }
}

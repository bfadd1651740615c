package dev.tollgate.pricing.draft;

import dev.tollgate.rating.PriceBook;
import dev.tollgate.rating.PriceBookInvalid;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// A version of a book that is not published yet, or the record of how it was.
///
/// @param tenant whose it is; empty for drafts of the installation
/// @param revision how often it was written
/// @param content its book's canonical text under version 1; empty unless open
/// @param publishedEtag the etag with which it was published; empty before
/// @param publishedVersion the version that it became; 0 before
/// @param updater the public name of the credential that wrote it last
public record Draft(
    String tenant,
    String id,
    long revision,
    State state,
    String bookId,
    String content,
    List<Release> releases,
    String publishedEtag,
    long publishedVersion,
    Instant updateTime,
    String updater) {

  /// Where it is in its life.
  public enum State {
    OPEN,
    PUBLISHED,
    DELETED
  }

  /// That somebody took the responsibility for a suspect value.
  ///
  /// @param note why
  public record Release(String itemId, String releaser, Instant time, String note) {}

  public Draft {
    releases = List.copyOf(releases);
  }

  /// A new one, or one again under an id that was deleted. Its revision and writer are the store's.
  static Draft of(String tenant, String id, PriceBook book) {
    return new Draft(
        tenant, id, 0, State.OPEN, book.id(), text(book), List.of(), "", 0, Instant.EPOCH, "");
  }

  /// What changes the draft must name this, so that nobody overwrites or publishes what they have
  /// not seen: neither another draft, nor one that was compared with another version.
  ///
  /// @param comparedVersion the newest published version of its book
  public String etag(long comparedVersion) {
    return revision + "-" + comparedVersion;
  }

  /// The book, of an open draft.
  public PriceBook book() {
    try {
      return PriceBook.parse(content.getBytes(StandardCharsets.UTF_8));
    } catch (PriceBookInvalid invalid) {
      throw new IllegalStateException("draft " + tenant + "/" + id + " can't be read", invalid);
    }
  }

  boolean says(PriceBook book) {
    return content.equals(text(book));
  }

  boolean isReleased(String itemId) {
    return releases.stream().anyMatch(release -> release.itemId().equals(itemId));
  }

  Draft with(PriceBook book) {
    return with(State.OPEN, text(book), releases, "", 0);
  }

  Draft withReleases(List<Release> more) {
    var all = new ArrayList<>(releases);
    all.addAll(more);
    return with(State.OPEN, content, all, "", 0);
  }

  Draft published(String etag, long version) {
    return with(State.PUBLISHED, "", releases, etag, version);
  }

  Draft deleted() {
    return with(State.DELETED, "", List.of(), "", 0);
  }

  private Draft with(State next, String text, List<Release> all, String etag, long version) {
    return new Draft(
        tenant, id, revision, next, bookId, text, all, etag, version, updateTime, updater);
  }

  private static String text(PriceBook book) {
    return new String(book.withVersion(1).print(), StandardCharsets.UTF_8);
  }
}

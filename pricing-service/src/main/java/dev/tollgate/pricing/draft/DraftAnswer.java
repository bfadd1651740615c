package dev.tollgate.pricing.draft;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Failure.Violation;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.pricing.v1.Draft;
import dev.tollgate.proto.pricing.v1.DraftState;
import dev.tollgate.rating.PriceBook;
import dev.tollgate.rating.PriceBookInvalid;

/// Drafts on the wire: how they are shown, and how their books are read.
final class DraftAnswer {
  private static final int ETAG_MAX = 64;

  private DraftAnswer() {}

  static Draft of(Desk desk, dev.tollgate.pricing.draft.Draft draft) {
    var open = draft.state() == dev.tollgate.pricing.draft.Draft.State.OPEN;
    var message =
        Draft.newBuilder()
            .setDraftId(draft.id())
            .setPriceBookId(draft.bookId())
            .setEtag(desk.etag(draft))
            .setState(open ? DraftState.DRAFT_STATE_OPEN : DraftState.DRAFT_STATE_PUBLISHED)
            .setComparedVersion(desk.comparedVersion(draft))
            .setPublishedVersion(draft.publishedVersion())
            .setUpdateTime(Times.timestamp(draft.updateTime()))
            .setUpdater(draft.updater());
    for (var release : draft.releases()) {
      message
          .addReleasesBuilder()
          .setItemId(release.itemId())
          .setReleaser(release.releaser())
          .setReleaseTime(Times.timestamp(release.time()))
          .setNote(release.note());
    }
    return message.build();
  }

  static String etag(Fields fields, String etag) {
    return fields.token("etag", etag, ETAG_MAX);
  }

  /// The book, or FIELD_INVALID naming entry, field and rule of everything that is wrong with it.
  static PriceBook book(byte[] content) {
    try {
      return PriceBook.parse(content);
    } catch (PriceBookInvalid invalid) {
      throw Failure.invalid(
          invalid.problems().stream()
              .map(problem -> new Violation("content", problem.toString()))
              .toList());
    }
  }
}

package dev.tollgate.pricing.draft;

import dev.tollgate.kernel.field.Fields;
import dev.tollgate.pricing.answer.Page;
import dev.tollgate.pricing.answer.PageToken;
import dev.tollgate.pricing.compare.Change;
import dev.tollgate.pricing.compare.Suspect;
import dev.tollgate.proto.pricing.v1.BookProblem;
import dev.tollgate.proto.pricing.v1.QuarantineCause;
import dev.tollgate.proto.pricing.v1.QuarantineItem;
import dev.tollgate.proto.pricing.v1.ValidateDraftRequest;
import dev.tollgate.proto.pricing.v1.ValidateDraftResponse;
import java.util.Comparator;

/// Compares a draft with what is published.
public final class ValidateDraftRpc {
  private static final int ITEMS_MAX = 1_000;

  private final Desk desk;

  public ValidateDraftRpc(Desk desk) {
    this.desk = desk;
  }

  public ValidateDraftResponse answer(ValidateDraftRequest request) {
    var author = Author.current();
    var fields = new Fields();
    var id = fields.id("draft_id", request.getDraftId());
    var size = Page.size(fields, request.getPageSize());
    fields.check();

    var review = desk.review(author, id);
    var etag = desk.etag(review.draft());
    var digest = PageToken.digest(request.toBuilder().clearPageSize().clearPageToken().build());
    var page =
        request.getPageToken().isEmpty()
            ? new PageToken(etag, 0, digest)
            : PageToken.parse(request.getPageToken(), digest);
    var changes = review.diff().changes();
    if (!page.state().equals(etag) || page.offset() > changes.size()) {
      throw PageToken.invalid();
    }
    var end = Math.min(changes.size(), page.offset() + size);
    var answer = answer(review);
    var form = new ChangeForm(review.book().ref(), review.book().currency());
    changes.subList(page.offset(), end).forEach(change -> answer.addChanges(form.of(change)));
    if (end < changes.size()) {
      answer.setNextPageToken(new PageToken(etag, end, digest).text());
    }
    return answer.build();
  }

  private ValidateDraftResponse.Builder answer(Review review) {
    var answer =
        ValidateDraftResponse.newBuilder()
            .setDraft(DraftAnswer.of(desk, review.draft()))
            .setAddedCount(review.diff().count(Change.Added.class))
            .setRemovedCount(review.diff().count(Change.Removed.class))
            .setChangedCount(review.diff().count(Change.Changed.class))
            .setUnreleasedCount(review.unreleased().size());
    for (var problem : review.problems()) {
      answer.addProblems(
          BookProblem.newBuilder()
              .setEntry(problem.entry())
              .setField(problem.field())
              .setRule(problem.rule()));
    }
    review.suspects().stream()
        .sorted(Comparator.comparing(review::isReleased))
        .limit(ITEMS_MAX)
        .forEach(suspect -> answer.addQuarantine(item(suspect, review.isReleased(suspect))));
    return answer;
  }

  private static QuarantineItem item(Suspect suspect, boolean released) {
    return QuarantineItem.newBuilder()
        .setItemId(suspect.itemId())
        .setCause(cause(suspect))
        .setProvider(suspect.provider())
        .setModel(suspect.model())
        .setBucket(suspect.bucket())
        .setServiceTier(suspect.serviceTier())
        .setRegion(suspect.region())
        .setEntry(suspect.entry())
        .setOldValue(suspect.before())
        .setNewValue(suspect.after())
        .setReleased(released)
        .setDescription(suspect.description())
        .build();
  }

  private static QuarantineCause cause(Suspect suspect) {
    return switch (suspect.cause()) {
      case LEAP -> QuarantineCause.QUARANTINE_CAUSE_LEAP;
      case EXCESSIVE -> QuarantineCause.QUARANTINE_CAUSE_EXCESSIVE;
      case VANISHED -> QuarantineCause.QUARANTINE_CAUSE_VANISHED;
    };
  }
}

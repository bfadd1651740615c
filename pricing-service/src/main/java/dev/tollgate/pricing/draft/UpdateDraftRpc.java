package dev.tollgate.pricing.draft;

import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.pricing.v1.UpdateDraftRequest;
import dev.tollgate.proto.pricing.v1.UpdateDraftResponse;

/// Replaces a draft's book.
public final class UpdateDraftRpc {
  private final Desk desk;

  public UpdateDraftRpc(Desk desk) {
    this.desk = desk;
  }

  public UpdateDraftResponse answer(UpdateDraftRequest request) {
    var author = Author.current();
    var fields = new Fields();
    var id = fields.id("draft_id", request.getDraftId());
    var etag = DraftAnswer.etag(fields, request.getEtag());
    fields.check();
    var book = DraftAnswer.book(request.getContent().toByteArray());
    var draft = desk.update(author, id, etag, book);
    return UpdateDraftResponse.newBuilder().setDraft(DraftAnswer.of(desk, draft)).build();
  }
}

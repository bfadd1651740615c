package dev.tollgate.pricing.draft;

import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.pricing.v1.DeleteDraftRequest;
import dev.tollgate.proto.pricing.v1.DeleteDraftResponse;

/// Forgets a draft.
public final class DeleteDraftRpc {
  private final Desk desk;

  public DeleteDraftRpc(Desk desk) {
    this.desk = desk;
  }

  public DeleteDraftResponse answer(DeleteDraftRequest request) {
    var author = Author.current();
    var fields = new Fields();
    var id = fields.id("draft_id", request.getDraftId());
    var etag = DraftAnswer.etag(fields, request.getEtag());
    fields.check();
    desk.delete(author, id, etag);
    return DeleteDraftResponse.getDefaultInstance();
  }
}

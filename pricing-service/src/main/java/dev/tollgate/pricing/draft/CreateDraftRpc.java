package dev.tollgate.pricing.draft;

import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.pricing.v1.CreateDraftRequest;
import dev.tollgate.proto.pricing.v1.CreateDraftResponse;

/// Stores a draft.
public final class CreateDraftRpc {
  private final Desk desk;

  public CreateDraftRpc(Desk desk) {
    this.desk = desk;
  }

  public CreateDraftResponse answer(CreateDraftRequest request) {
    var author = Author.current();
    var fields = new Fields();
    var id = fields.id("draft_id", request.getDraftId());
    fields.check();
    var book = DraftAnswer.book(request.getContent().toByteArray());
    var draft = desk.create(author, id, book);
    return CreateDraftResponse.newBuilder().setDraft(DraftAnswer.of(desk, draft)).build();
  }
}

package dev.tollgate.pricing.draft;

import dev.tollgate.kernel.field.Fields;
import dev.tollgate.pricing.list.BookForm;
import dev.tollgate.proto.pricing.v1.PublishDraftRequest;
import dev.tollgate.proto.pricing.v1.PublishDraftResponse;

/// Publishes a draft.
public final class PublishDraftRpc {
  private final Desk desk;

  public PublishDraftRpc(Desk desk) {
    this.desk = desk;
  }

  public PublishDraftResponse answer(PublishDraftRequest request) {
    var author = Author.current();
    var fields = new Fields();
    var id = fields.id("draft_id", request.getDraftId());
    var etag = DraftAnswer.etag(fields, request.getEtag());
    fields.check();
    var published = desk.publish(author, id, etag);
    return PublishDraftResponse.newBuilder().setPriceBook(BookForm.of(published)).build();
  }
}

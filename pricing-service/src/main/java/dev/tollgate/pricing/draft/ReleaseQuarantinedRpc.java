package dev.tollgate.pricing.draft;

import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.pricing.v1.ReleaseQuarantinedRequest;
import dev.tollgate.proto.pricing.v1.ReleaseQuarantinedResponse;

/// Releases what is in quarantine.
public final class ReleaseQuarantinedRpc {
  private static final int ITEMS_MAX = 1_000;
  private static final int ITEM_MAX = 64;
  private static final int NOTE_MAX = 500;

  private final Desk desk;

  public ReleaseQuarantinedRpc(Desk desk) {
    this.desk = desk;
  }

  public ReleaseQuarantinedResponse answer(ReleaseQuarantinedRequest request) {
    var author = Author.current();
    var fields = new Fields();
    var id = fields.id("draft_id", request.getDraftId());
    var etag = DraftAnswer.etag(fields, request.getEtag());
    var note = fields.text("note", request.getNote(), 1, NOTE_MAX);
    fields.count("item_ids (size)", request.getItemIdsCount(), 1, ITEMS_MAX);
    if (request.getItemIdsCount() <= ITEMS_MAX) {
      request.getItemIdsList().forEach(item -> fields.token("item_ids", item, ITEM_MAX));
    }
    fields.check();
    var draft = desk.release(author, id, etag, request.getItemIdsList(), note);
    return ReleaseQuarantinedResponse.newBuilder().setDraft(DraftAnswer.of(desk, draft)).build();
  }
}

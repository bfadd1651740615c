package dev.tollgate.pricing.draft;

import com.google.protobuf.ByteString;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.pricing.v1.GetDraftRequest;
import dev.tollgate.proto.pricing.v1.GetDraftResponse;

/// Returns a draft with its book.
public final class GetDraftRpc {
  private final Desk desk;

  public GetDraftRpc(Desk desk) {
    this.desk = desk;
  }

  public GetDraftResponse answer(GetDraftRequest request) {
    var author = Author.current();
    var fields = new Fields();
    var id = fields.id("draft_id", request.getDraftId());
    fields.check();
    var draft = desk.get(author, id);
    return GetDraftResponse.newBuilder()
        .setDraft(DraftAnswer.of(desk, draft))
        .setContent(ByteString.copyFromUtf8(draft.content()))
        .build();
  }
}

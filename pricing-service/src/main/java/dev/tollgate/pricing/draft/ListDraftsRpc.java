package dev.tollgate.pricing.draft;

import dev.tollgate.kernel.field.Fields;
import dev.tollgate.pricing.answer.Page;
import dev.tollgate.proto.pricing.v1.ListDraftsRequest;
import dev.tollgate.proto.pricing.v1.ListDraftsResponse;

/// Lists drafts.
public final class ListDraftsRpc {
  private final Desk desk;

  public ListDraftsRpc(Desk desk) {
    this.desk = desk;
  }

  public ListDraftsResponse answer(ListDraftsRequest request) {
    var author = Author.current();
    var fields = new Fields();
    var page = Page.of(fields, request.getPageSize(), request.getPageToken());
    fields.check();
    var cut = page.of(desk.list(author), Draft::id);
    return ListDraftsResponse.newBuilder()
        .addAllDrafts(cut.items().stream().map(draft -> DraftAnswer.of(desk, draft)).toList())
        .setNextPageToken(cut.nextToken())
        .build();
  }
}

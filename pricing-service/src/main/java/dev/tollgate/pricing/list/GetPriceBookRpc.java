package dev.tollgate.pricing.list;

import com.google.protobuf.ByteString;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.pricing.answer.Shown;
import dev.tollgate.pricing.publish.Visibility;
import dev.tollgate.proto.pricing.v1.GetPriceBookRequest;
import dev.tollgate.proto.pricing.v1.GetPriceBookResponse;

/// Returns the content of a published version.
public final class GetPriceBookRpc {
  private final Visibility visibility;

  public GetPriceBookRpc(Visibility visibility) {
    this.visibility = visibility;
  }

  public GetPriceBookResponse answer(GetPriceBookRequest request) {
    var fields = new Fields();
    var id = fields.id("price_book_id", request.getPriceBookId());
    var version = fields.count("version", request.getVersion(), 0, Long.MAX_VALUE);
    fields.check();
    var published = visibility.book(Caller.current().tenant(), id, version);
    var content = ByteString.copyFromUtf8(published.content());
    return GetPriceBookResponse.newBuilder()
        .setPriceBook(BookForm.of(published))
        .setContent(content)
        .setContentSha256(Shown.sha256(content))
        .build();
  }
}

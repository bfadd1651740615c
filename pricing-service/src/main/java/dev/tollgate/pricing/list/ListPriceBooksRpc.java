package dev.tollgate.pricing.list;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.pricing.answer.Page;
import dev.tollgate.pricing.publish.PublishedBook;
import dev.tollgate.pricing.publish.Visibility;
import dev.tollgate.proto.pricing.v1.ListPriceBooksRequest;
import dev.tollgate.proto.pricing.v1.ListPriceBooksResponse;
import java.util.Comparator;

/// Lists published versions.
public final class ListPriceBooksRpc {
  private final Visibility visibility;

  public ListPriceBooksRpc(Visibility visibility) {
    this.visibility = visibility;
  }

  public ListPriceBooksResponse answer(ListPriceBooksRequest request) {
    var fields = new Fields();
    var page = Page.of(fields, request.getPageSize(), request.getPageToken());
    var id = request.getPriceBookId();
    if (!id.isEmpty()) {
      fields.id("price_book_id", id);
    }
    fields.check();
    var visible =
        visibility.all(Caller.current().tenant()).stream()
            .filter(each -> id.isEmpty() || each.id().equals(id))
            .sorted(Comparator.comparing(ListPriceBooksRpc::name))
            .toList();
    var cut = page.of(visible, ListPriceBooksRpc::name);
    return ListPriceBooksResponse.newBuilder()
        .addAllPriceBooks(cut.items().stream().map(BookForm::of).toList())
        .setNextPageToken(cut.nextToken())
        .build();
  }

  /* In the order of texts as in that of versions. */
  private static String name(PublishedBook book) {
    return "%s@%019d".formatted(book.id(), book.version());
  }
}

package dev.tollgate.pricing.list;

import dev.tollgate.kernel.field.Times;
import dev.tollgate.pricing.publish.PublishedBook;
import dev.tollgate.proto.pricing.v1.PriceBookVersion;

/// Published versions as the contract shows them.
public final class BookForm {
  private BookForm() {}

  public static PriceBookVersion of(PublishedBook published) {
    var book = published.book();
    return PriceBookVersion.newBuilder()
        .setPriceBookId(book.id())
        .setVersion(book.version())
        .setTenantId(published.tenant())
        .setBase(book.base())
        .setCurrencyCode(book.currency())
        .setPublishTime(Times.timestamp(published.publishTime()))
        .setPublisher(published.publisher())
        .setModelCount(book.models().size())
        .setPriceCount(book.models().stream().mapToInt(model -> model.prices().size()).sum())
        .build();
  }
}

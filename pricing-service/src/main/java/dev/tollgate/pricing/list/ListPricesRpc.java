package dev.tollgate.pricing.list;

import com.google.protobuf.Timestamp;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.pricing.publish.PublishedBooks;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.pricing.v1.ListPricesRequest;
import dev.tollgate.proto.pricing.v1.ListPricesResponse;
import dev.tollgate.rating.ContextTier;
import dev.tollgate.rating.Model;
import dev.tollgate.rating.Price;
import dev.tollgate.rating.PriceBook;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Lists prices in the order of their book. All pages of one list show one version.
public final class ListPricesRpc {
  private static final int PAGE_SIZE_MAX = 1_000;
  private static final int PAGE_SIZE_DEFAULT = 100;
  private static final int AMOUNT_SCALE = 12;
  private static final Instant TIME_MIN = Instant.parse("1970-01-01T00:00:00Z");
  private static final Instant TIME_MAX = Instant.parse("9999-12-31T23:59:59Z");

  private record Row(Model model, Price price) {}

  private final PublishedBooks books;

  public ListPricesRpc(PublishedBooks books) {
    this.books = books;
  }

  public ListPricesResponse answer(ListPricesRequest request) {
    var fields = new Fields();
    var provider = fields.text("provider", request.getProvider(), 0, Fields.DIMENSION_VALUE_MAX);
    var model = fields.text("model", request.getModel(), 0, Fields.DIMENSION_VALUE_MAX);
    var size = (int) fields.count("page_size", request.getPageSize(), 0, PAGE_SIZE_MAX);
    Predicate<Price> holds = price -> true;
    if (request.hasEffectiveTime()) {
      var at =
          fields.instant("effective_time", true, request.getEffectiveTime(), TIME_MIN, TIME_MAX);
      holds = price -> price.holdsAt(at);
    }
    fields.check();

    var question = request.toBuilder().clearPageSize().clearPageToken().build();
    // Of the bytes: a message's own hash differs from process to process.
    var filters = Arrays.hashCode(question.toByteArray());
    var page = page(request.getPageToken(), filters);
    var book = books.version(page.version()).orElseThrow(PageToken::invalid).book();
    var rows = rows(book, provider, model, holds);
    if (page.offset() > rows.size()) {
      throw PageToken.invalid();
    }
    var end = Math.min(rows.size(), page.offset() + (size == 0 ? PAGE_SIZE_DEFAULT : size));
    var answer = ListPricesResponse.newBuilder().setPriceBookVersion(book.ref());
    for (var row : rows.subList(page.offset(), end)) {
      answer.addPrices(message(row, book.currency()));
    }
    return answer
        .setNextPageToken(
            end == rows.size() ? "" : new PageToken(page.version(), end, filters).text())
        .build();
  }

  private PageToken page(String token, int filters) {
    return token.isEmpty()
        ? new PageToken(books.newest().book().version(), 0, filters)
        : PageToken.parse(token, filters);
  }

  private static List<Row> rows(
      PriceBook book, String provider, String name, Predicate<Price> holds) {
    return book.models().stream()
        .filter(model -> provider.isEmpty() || model.provider().equals(provider))
        .filter(model -> isNamed(model, name))
        .flatMap(model -> rows(model, holds))
        .toList();
  }

  private static boolean isNamed(Model model, String name) {
    return name.isEmpty() || model.name().equals(name) || model.aliases().contains(name);
  }

  private static Stream<Row> rows(Model model, Predicate<Price> holds) {
    return model.prices().stream().filter(holds).map(price -> new Row(model, price));
  }

  private static dev.tollgate.proto.pricing.v1.Price message(Row row, String currency) {
    var price = row.price();
    var message =
        dev.tollgate.proto.pricing.v1.Price.newBuilder()
            .setPriceId(price.id())
            .setProvider(row.model().provider())
            .setModel(row.model().name())
            .addAllModelAliases(row.model().aliases())
            .setBucket(price.bucket().bucketName())
            .setServiceTier(price.serviceTier())
            .setRegion(price.region())
            .setUnitQuantity(price.unitQuantity())
            .setAmount(
                Money.newBuilder()
                    .setCurrencyCode(currency)
                    .setAmount(price.amount().setScale(AMOUNT_SCALE).toPlainString()))
            .setSource(price.source());
    if (!price.contextTier().equals(ContextTier.BASE)) {
      message
          .getContextTierBuilder()
          .setThresholdTokens(price.contextTier().thresholdTokens())
          .setInclusive(price.contextTier().inclusive());
    }
    if (!price.from().equals(Instant.MIN)) {
      message.setEffectiveStartTime(timestamp(price.from()));
    }
    if (!price.to().equals(Instant.MAX)) {
      message.setEffectiveEndTime(timestamp(price.to()));
    }
    return message.build();
  }

  private static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }
}

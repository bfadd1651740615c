package dev.tollgate.pricing.list;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.pricing.answer.CallFields;
import dev.tollgate.pricing.answer.EntryForm;
import dev.tollgate.pricing.answer.Page;
import dev.tollgate.pricing.answer.PageToken;
import dev.tollgate.pricing.publish.Visibility;
import dev.tollgate.proto.pricing.v1.ListPricesRequest;
import dev.tollgate.proto.pricing.v1.ListPricesResponse;
import dev.tollgate.rating.Match;
import dev.tollgate.rating.Model;
import dev.tollgate.rating.Price;
import dev.tollgate.rating.PriceBook;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Lists prices in the order of their books. All pages of one list show the same versions.
public final class ListPricesRpc {
  private static final long VERSION_MAX = 1L << 53;

  private record Row(PriceBook book, Model model, Price price) {}

  /// What is listed.
  ///
  /// @param provider empty is every provider
  /// @param model empty is every model
  /// @param holds whether something that begins and ends so is listed
  private record Filter(String provider, String model, BiPredicate<Instant, Instant> holds) {
    boolean admits(String of) {
      return provider.isEmpty() || of.isEmpty() || of.equals(provider);
    }
  }

  private final Visibility visibility;

  public ListPricesRpc(Visibility visibility) {
    this.visibility = visibility;
  }

  public ListPricesResponse answer(ListPricesRequest request) {
    var fields = new Fields();
    var provider = fields.text("provider", request.getProvider(), 0, Fields.DIMENSION_VALUE_MAX);
    var model = fields.text("model", request.getModel(), 0, Fields.DIMENSION_VALUE_MAX);
    var size = Page.size(fields, request.getPageSize());
    BiPredicate<Instant, Instant> holds = (from, to) -> true;
    if (request.hasEffectiveTime()) {
      var at = new CallFields(fields).time(request.getEffectiveTime());
      holds = (from, to) -> !at.isBefore(from) && at.isBefore(to);
    }
    var most = request.getPriceBookId().isEmpty() ? 0 : VERSION_MAX;
    fields.count("version", request.getVersion(), 0, most);
    if (!request.getPriceBookId().isEmpty()) {
      fields.id("price_book_id", request.getPriceBookId());
    }
    fields.check();

    var digest = PageToken.digest(request.toBuilder().clearPageSize().clearPageToken().build());
    var tenant = Caller.current().tenant();
    var page =
        request.getPageToken().isEmpty()
            ? new PageToken(ref(tenant, request), 0, digest)
            : PageToken.parse(request.getPageToken(), digest);
    var books = visibility.books(tenant, page.state());
    return page(books, new Filter(provider, model, holds), page, size);
  }

  private String ref(String tenant, ListPricesRequest request) {
    return request.getPriceBookId().isEmpty()
        ? visibility.stack(tenant).ref()
        : visibility.book(tenant, request.getPriceBookId(), request.getVersion()).book().ref();
  }

  private static ListPricesResponse page(
      List<PriceBook> books, Filter filter, PageToken page, int size) {
    var rows = books.stream().flatMap(book -> rows(books, book, filter)).toList();
    if (page.offset() > rows.size()) {
      throw PageToken.invalid();
    }
    var end = Math.min(rows.size(), page.offset() + size);
    var ref = books.stream().map(PriceBook::ref).collect(Collectors.joining("+"));
    var answer = ListPricesResponse.newBuilder().setPriceBookVersion(ref);
    for (var row : rows.subList(page.offset(), end)) {
      answer.addPrices(form(row.book()).price(row.model(), row.price()));
    }
    if (page.offset() == 0) {
      books.forEach(book -> addTerms(answer, book, filter));
    }
    if (end < rows.size()) {
      answer.setNextPageToken(new PageToken(page.state(), end, page.question()).text());
    }
    return answer.build();
  }

  private static EntryForm form(PriceBook book) {
    return new EntryForm(book.ref(), book.currency());
  }

  private static Stream<Row> rows(List<PriceBook> books, PriceBook book, Filter filter) {
    return book.models().stream()
        .filter(model -> filter.admits(model.provider()))
        .filter(model -> isNamed(books, book, model, filter.model()))
        .flatMap(model ->
            model.prices().stream()
                .filter(price -> filter.holds().test(price.from(), price.to()))
                .map(price -> new Row(book, model, price)));
  }

  /* As calls find it: by the name itself, else by the one that the lowest book has for it. */
  private static boolean isNamed(List<PriceBook> books, PriceBook book, Model model, String name) {
    if (name.isEmpty()) {
      return true;
    }
    var provider = model.provider();
    Optional<Match> direct = book.match(provider, name);
    return direct
        .or(() ->
            books.reversed().stream()
                .flatMap(each -> each.match(provider, name).stream())
                .findFirst()
                .flatMap(lowest -> book.match(provider, lowest.model().name())))
        .filter(match -> match.model().name().equals(model.name()))
        .isPresent();
  }

  private static void addTerms(ListPricesResponse.Builder answer, PriceBook book, Filter filter) {
    book.multipliers().stream()
        .filter(each -> filter.admits(each.provider()))
        .filter(each -> filter.holds().test(each.from(), each.to()))
        .forEach(each -> answer.addMultipliers(form(book).multiplier(each)));
    book.commitments().stream()
        .filter(each -> filter.admits(each.provider()))
        .filter(each -> filter.holds().test(each.from(), each.to()))
        .forEach(each -> answer.addCommitments(form(book).commitment(each)));
  }
}

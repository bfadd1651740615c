package dev.tollgate.query.search;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.proto.query.v1.Basis;
import dev.tollgate.proto.query.v1.SearchUsageRequest;
import dev.tollgate.proto.query.v1.SearchUsageResponse;
import dev.tollgate.proto.query.v1.UsageRow;
import dev.tollgate.proto.query.v1.UsageTotal;
import dev.tollgate.query.answer.Answering;
import dev.tollgate.query.answer.Wire;
import dev.tollgate.query.page.QuestionTokens;
import dev.tollgate.query.statement.LedgerSource;
import java.util.List;

/// `SearchUsage`: reads the request, asks the ledger, writes the answer.
public final class SearchUsageRpc {
  private static final List<Dimension> USER =
      Dimension.ALL.stream().filter(Dimension::isUser).toList();

  private final Answering answering;
  private final SearchLedger ledger;

  public SearchUsageRpc(Answering answering) {
    this.answering = answering;
    this.ledger = new SearchLedger(answering.ledger());
  }

  public SearchUsageResponse answer(SearchUsageRequest request, Caller caller) {
    var asked = SearchRequest.read(request, caller);
    var tokens = answering.tokens(caller, SearchRequest.withoutPage(request));
    var after = tokens.open(request.getPageToken()).map(Position::of);
    return answering.answer(
        caller,
        request,
        SearchUsageResponse.class,
        basis -> {
          var scope = answering.resolved(asked.question().scope());
          var page =
              SearchPage.read(ledger, asked.question().within(scope), after, asked.pageSize());
          return answer(page, asked.mask(), caller.tenant(), tokens, basis);
        });
  }

  private SearchUsageResponse answer(
      SearchPage page, ReadMask mask, String tenant, QuestionTokens tokens, Basis.Builder asked) {
    var answer = SearchUsageResponse.newBuilder();
    var users =
        page.events().stream()
            .map(event -> List.of(event.row().getDimensions().getUser()))
            .toList();
    var names = answering.users().shown(tenant, USER, users).iterator();
    for (var event : page.events()) {
      answer.addRows(mask.shown(named(event.row(), names.next().getFirst())));
    }
    page.totals().forEach(total -> answer.addTotals(total(total)));
    page.next().ifPresent(last -> answer.setNextPageToken(tokens.seal(last.toBytes())));
    var basis =
        Wire.basis(
            asked,
            LedgerSource.EVENTS,
            page.totals().stream().map(FoundTotal::currency).toList(),
            page.totals().stream().mapToLong(FoundTotal::unpriced).sum());
    return answer.setBasis(basis).build();
  }

  private static UsageRow named(UsageRow row, String user) {
    return row.toBuilder().setDimensions(row.getDimensions().toBuilder().setUser(user)).build();
  }

  private static UsageTotal total(FoundTotal total) {
    return UsageTotal.newBuilder()
        .setCost(Wire.money(total.currency(), total.cost()))
        .setRows(total.rows())
        .setEvents(total.events())
        .setUnpricedEvents(total.unpriced())
        .build();
  }
}

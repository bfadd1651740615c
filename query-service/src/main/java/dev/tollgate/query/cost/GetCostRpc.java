package dev.tollgate.query.cost;

import com.google.protobuf.Timestamp;
import dev.tollgate.failure.Failure;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.field.Shown;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.query.v1.CostRow;
import dev.tollgate.proto.query.v1.GetCostRequest;
import dev.tollgate.proto.query.v1.GetCostResponse;
import dev.tollgate.query.admit.Admission;
import dev.tollgate.query.admit.Limits;
import dev.tollgate.query.page.PageTokens;
import dev.tollgate.time.TimeSource;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// `GetCost`: reads the request, asks the ledger, writes the answer.
public final class GetCostRpc {
  private final CostLedger ledger;
  private final Users users;
  private final Admission admission;
  private final PageTokens tokens;
  private final TimeSource time;

  public GetCostRpc(
      ClickHouse clickHouse,
      Limits limits,
      Admission admission,
      PageTokens tokens,
      TimeSource time) {
    this.ledger = new CostLedger(clickHouse, limits);
    this.users = new Users(ledger);
    this.admission = admission;
    this.tokens = tokens;
    this.time = time;
  }

  public GetCostResponse answer(GetCostRequest request, Caller caller) {
    var asked = CostRequest.read(request, caller);
    var binding = binding(request, caller);
    var after = after(request, binding);
    return admission.run(
        caller.tenant(),
        () -> {
          var asOf = time.now();
          var question = users.hidden(asked);
          var page = CostPage.read(ledger, question, after, CostRequest.pageSize(request));
          var answer =
              GetCostResponse.newBuilder()
                  .setSource(CostStatement.source(question))
                  .setAsOfTime(timestamp(asOf));
          var groups = users.shownGroups(question, page.lines()).iterator();
          page.lines()
              .forEach(line -> answer.addRows(row(line, groups.next(), question.bucketed())));
          page.totals().forEach(line -> answer.addTotals(row(line, List.of(), false)));
          page.next()
              .ifPresent(last -> answer.setNextPageToken(tokens.seal(binding, last.toBytes())));
          return answer.build();
        });
  }

  private Optional<Position> after(GetCostRequest request, byte[] binding) {
    if (request.getPageToken().isEmpty()) {
      return Optional.empty();
    }
    var position = tokens.open(binding, request.getPageToken());
    if (position.isEmpty()) {
      throw Failure.invalid(
          "page_token",
          Shown.text(request.getPageToken())
              + " (expected: the next_page_token of an answer to this question)");
    }
    return position.map(Position::of);
  }

  /// All that an answer depends on: the tenant, what the credential pins, the question.
  private static byte[] binding(GetCostRequest request, Caller caller) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeUTF("GetCost");
      out.writeUTF(caller.tenant());
      out.writeInt(caller.pins().size());
      for (var pin : new TreeMap<>(caller.pins()).entrySet()) {
        out.writeUTF(pin.getKey());
        out.writeUTF(pin.getValue());
      }
      out.write(CostRequest.withoutPage(request));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  private static CostRow row(CostLine line, List<String> group, boolean bucketed) {
    var row =
        CostRow.newBuilder()
            .addAllGroup(group)
            .setCost(Money.newBuilder().setCurrencyCode(line.currency()).setAmount(line.amount()))
            .setEvents(line.events())
            .setErrors(line.errors())
            .setUnpricedEvents(line.unpricedEvents())
            .setLowerBound(line.unpricedEvents() > 0)
            .setInputTokens(line.tokens().input())
            .setCacheReadTokens(line.tokens().cacheRead())
            .setCacheWriteTokens(line.tokens().cacheWrite())
            .setOutputTokens(line.tokens().output())
            .setReasoningTokens(line.tokens().reasoning());
    if (bucketed) {
      row.setStartTime(timestamp(Instant.ofEpochSecond(line.bucket())));
    }
    return row.build();
  }

  private static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }
}

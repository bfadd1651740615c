package dev.tollgate.query.search;

import com.google.protobuf.ProtocolMessageEnum;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.money.Picos;
import dev.tollgate.proto.query.v1.SearchOrder;
import dev.tollgate.proto.query.v1.SearchUsageRequest;
import dev.tollgate.query.ask.AskedFields;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A `SearchUsageRequest` as it came over the wire, and its reading.
record SearchRequest(SearchQuestion question, ReadMask mask, int pageSize) {
  static final int PAGE_SIZE_MAX = 1_000;

  private static final int PAGE_SIZE_DEFAULT = 100;
  private static final int STATUSES_MAX = 16;
  private static final BigDecimal FLOOR_MAX = BigDecimal.valueOf(9_000_000);

  /// The question, or FIELD_INVALID with all that is wrong with it.
  static SearchRequest read(SearchUsageRequest wire, Caller caller) {
    var asked = new AskedFields();
    var fields = asked.fields();
    asked.orgView(wire.getOrgView(), wire.getOrgViewValue());
    var scope =
        asked.scope(
            caller,
            asked.time("start_time", wire.hasStartTime(), wire.getStartTime()),
            asked.time("end_time", wire.hasEndTime(), wire.getEndTime()),
            wire.getFiltersList());
    var ends =
        statuses(
            fields,
            "terminal_statuses",
            "TERMINAL_STATUS_",
            wire.getTerminalStatusesList(),
            wire.getTerminalStatusesValueList());
    var statuses =
        statuses(
            fields,
            "charge_statuses",
            "CHARGE_STATUS_",
            wire.getChargeStatusesList(),
            wire.getChargeStatusesValueList());
    var floor = wire.hasMinCost() ? floor(wire, fields) : Optional.<SearchQuestion.Floor>empty();
    var order = fields.known("order", wire.getOrder(), wire.getOrderValue());
    var size = (int) fields.count("page_size", wire.getPageSize(), 0, PAGE_SIZE_MAX);
    var mask = ReadMask.read(wire.getReadMask(), fields);
    asked.check();
    return new SearchRequest(
        new SearchQuestion(
            scope, ends, statuses, floor, order == SearchOrder.SEARCH_ORDER_DEAREST_FIRST),
        mask,
        size == 0 ? PAGE_SIZE_DEFAULT : size);
  }

  /* The ledger writes them as the contract does, without the name of the enum. */
  private static <E extends Enum<E> & ProtocolMessageEnum> List<String> statuses(
      Fields fields, String field, String prefix, List<E> values, List<Integer> numbers) {
    var names = new ArrayList<String>();
    fields.count(field + " (size)", values.size(), 0, STATUSES_MAX);
    for (var i = 0; values.size() <= STATUSES_MAX && i < values.size(); i++) {
      var element = field + "[" + i + "]";
      var name = fields.specified(element, values.get(i), numbers.get(i)).name();
      if (names.contains(name)) {
        fields.reject(element, name, "each once");
      }
      names.add(name);
    }
    return names.stream().map(name -> name.replaceFirst("^" + prefix, "")).toList();
  }

  private static Optional<SearchQuestion.Floor> floor(SearchUsageRequest wire, Fields fields) {
    var money = wire.getMinCost();
    var amount = fields.amount("min_cost", money, Picos.SCALE, FLOOR_MAX);
    return Optional.of(
        new SearchQuestion.Floor(
            money.getCurrencyCode(), amount.movePointRight(Picos.SCALE).toBigInteger()));
  }

  /// What a position in an answer depends on besides who asks: the question without its pages and
  /// what is shown.
  static SearchUsageRequest withoutPage(SearchUsageRequest request) {
    return request.toBuilder().clearPageSize().clearPageToken().clearReadMask().build();
  }
}

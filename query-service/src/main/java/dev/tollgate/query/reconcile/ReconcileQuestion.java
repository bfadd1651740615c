package dev.tollgate.query.reconcile;

import dev.tollgate.failure.Failure;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.query.v1.ReconcileRequest;
import dev.tollgate.query.reconcile.Cell.ProviderDay;
import dev.tollgate.query.scope.Condition;
import dev.tollgate.query.scope.Scope;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What reports say, and whose usage it is to be held against, checked.
///
/// @param scope of the days and providers that the reports are about, and what the caller pins
record ReconcileQuestion(Scope scope, Theirs theirs) {
  private static final int REPORTS_MAX = 50;
  private static final int NAMES_MAX = 1_000;
  private static final int TEXT_MAX = 256;
  private static final int PROVIDERS_MAX = 100;
  private static final int DAYS_MAX = 400;
  private static final LocalDate DAY_MIN = LocalDate.of(2000, 1, 1);
  private static final LocalDate DAY_MAX = LocalDate.of(2100, 1, 1);
  private static final String SERVICE_NAME = "ServiceName";

  /// The question, or FIELD_INVALID with what is wrong with it: of the reports, the first mistake.
  static ReconcileQuestion read(ReconcileRequest wire, Caller caller) {
    var fields = new Fields();
    fields.count("reports (size)", wire.getReportsCount(), 1, REPORTS_MAX);
    names(fields, "providers", wire.getProvidersMap());
    names(fields, "models", wire.getModelsMap());
    names(fields, "api_keys", wire.getApiKeysMap());
    fields.text("focus_model_column", wire.getFocusModelColumn(), 0, TEXT_MAX);
    fields.text("focus_api_key_column", wire.getFocusApiKeyColumn(), 0, TEXT_MAX);
    for (var i = 0; i < Math.min(wire.getReportsCount(), REPORTS_MAX); i++) {
      fields.text("reports[" + i + "].name", wire.getReports(i).getName(), 0, TEXT_MAX);
    }
    fields.check();
    var theirs = theirs(wire);
    return new ReconcileQuestion(scope(caller, theirs), theirs);
  }

  private static void names(Fields fields, String field, Map<String, String> names) {
    fields.count(field + " (size)", names.size(), 0, NAMES_MAX);
    if (names.size() <= NAMES_MAX) {
      names.forEach((theirs, ours) -> {
        fields.text(field + " (key)", theirs, 0, TEXT_MAX);
        fields.text(field + " (value)", ours, 0, TEXT_MAX);
      });
    }
  }

  private static Theirs theirs(ReconcileRequest wire) {
    var theirs =
        new Theirs(new Names(wire.getProvidersMap(), wire.getModelsMap(), wire.getApiKeysMap()));
    var column = wire.getFocusModelColumn();
    var sheet =
        new FocusSheet(
            theirs, column.isEmpty() ? SERVICE_NAME : column, wire.getFocusApiKeyColumn());
    var page = new JsonPage(theirs);
    for (var i = 0; i < wire.getReportsCount(); i++) {
      var report = wire.getReports(i);
      var place = Place.of(i, report.getName());
      if (report.getContent().stripLeading().startsWith("{")) {
        page.read(place, report.getContent());
      } else {
        sheet.read(place, report.getContent());
      }
    }
    return theirs;
  }

  private static Scope scope(Caller caller, Theirs theirs) {
    var days = theirs.days().stream().map(ProviderDay::day).sorted().distinct().toList();
    if (days.isEmpty()) {
      throw Failure.invalid("reports", "nothing (expected: usage or costs of a day)");
    }
    var first = days.getFirst();
    var last = days.getLast();
    if (first.isBefore(DAY_MIN)
        || last.isAfter(DAY_MAX)
        || first.plusDays(DAYS_MAX).isBefore(last)) {
      throw Failure.invalid(
          "reports", first + " to " + last + " (expected: at most " + DAYS_MAX + " days)");
    }
    var providers = theirs.days().stream().map(ProviderDay::provider).sorted().distinct().toList();
    if (providers.size() > PROVIDERS_MAX) {
      throw Failure.invalid(
          "reports", providers.size() + " providers (expected: at most " + PROVIDERS_MAX + ")");
    }
    var conditions = new ArrayList<Condition>();
    conditions.add(Condition.in(Dimension.of("provider").orElseThrow(), providers));
    caller
        .pins()
        .forEach((name, value) ->
            conditions.add(Condition.in(Dimension.of(name).orElseThrow(), List.of(value))));
    return new Scope(
        caller.tenant(),
        first.atStartOfDay().toInstant(ZoneOffset.UTC),
        last.plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC),
        conditions);
  }

  ReconcileQuestion within(Scope other) {
    return new ReconcileQuestion(other, theirs);
  }
}

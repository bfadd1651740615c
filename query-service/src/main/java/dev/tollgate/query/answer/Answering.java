package dev.tollgate.query.answer;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.control.LateControlTable;
import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.query.v1.Basis;
import dev.tollgate.query.admit.Admission;
import dev.tollgate.query.admit.Limits;
import dev.tollgate.query.calendar.Earlier;
import dev.tollgate.query.convert.Conversions;
import dev.tollgate.query.fx.FxTables;
import dev.tollgate.query.ledger.Ledger;
import dev.tollgate.query.ledger.Watermarks;
import dev.tollgate.query.org.OrgTrees;
import dev.tollgate.query.org.OrgView;
import dev.tollgate.query.page.Binding;
import dev.tollgate.query.page.PageTokens;
import dev.tollgate.query.page.QuestionTokens;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.Statement;
import dev.tollgate.query.user.UserLedger;
import dev.tollgate.query.user.Users;
import dev.tollgate.time.TimeSource;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// What all methods need to answer: the ledger, users, page tokens, and the bounds within which a
/// tenant's questions run. Blocks; safe for concurrent use.
///
/// A method reads its request into a question first, which costs nobody anything, and then asks the
/// ledger inside of [#answer].
public final class Answering {
  private final Ledger ledger;
  private final Users users;
  private final OrgTrees trees;
  private final FxTables fxTables;
  private final Conversions conversions;
  private final Watermarks watermarks;
  private final Admission admission;
  private final PageTokens tokens;
  private final TimeSource time;
  private final KeptAnswers kept;

  public Answering(ClickHouse clickHouse, Limits limits, PageTokens tokens, TimeSource time) {
    this.ledger = new Ledger(clickHouse, limits);
    this.users = new Users(new UserLedger(ledger));
    this.trees = new OrgTrees(new LateControlTable(clickHouse, OrgTrees.TABLE));
    this.fxTables = new FxTables(new LateControlTable(clickHouse, FxTables.TABLE));
    this.conversions = new Conversions(ledger, fxTables);
    this.watermarks = new Watermarks(ledger, time);
    this.admission = limits.admission();
    this.tokens = tokens;
    this.time = time;
    this.kept = new KeptAnswers(limits.keptSeconds(), limits.keptBytes(), time);
  }

  private Answering(Answering like, Users users, TimeSource time) {
    this.ledger = like.ledger;
    this.users = users;
    this.trees = like.trees;
    this.fxTables = like.fxTables;
    this.conversions = like.conversions;
    this.watermarks = like.watermarks;
    this.admission = like.admission;
    this.tokens = like.tokens;
    this.time = time;
    this.kept = new KeptAnswers(0, 0, time);
  }

  /// Answers as of another moment, of what is to be kept: a person may be erased, so that users are
  /// the ledger's surrogates.
  public Answering keepable(Instant moment) {
    return new Answering(this, users.nameless(), new Moment(moment, time));
  }

  public Ledger ledger() {
    return ledger;
  }

  public Users users() {
    return users;
  }

  public OrgTrees trees() {
    return trees;
  }

  public FxTables fxTables() {
    return fxTables;
  }

  /// The scope as the ledger's rows understand it: with surrogates in place of users, and where its
  /// org tree, if it has one, puts teams.
  public Scope resolved(Scope scope) {
    return resolved(scope, Optional.empty());
  }

  /// As above, for a question that compares the scope with the time before, and with the rates by
  /// which amounts are converted, where the scope names a table.
  ///
  /// @throws dev.tollgate.failure.Failure FX_TABLE_UNKNOWN, FX_RATE_UNKNOWN
  public Scope resolved(Scope scope, Optional<Earlier> earlier) {
    var start = earlier.map(Earlier::start).orElse(scope.start());
    return conversions.resolved(resolved(scope, start, scope.end()), earlier);
  }

  /// As above, for a question that adds up other amounts than what calls cost.
  ///
  /// @param days says on which days there are such amounts in which currencies, as
  ///   [Conversions#resolved(Scope, Function)] asks for it
  public Scope resolved(Scope scope, Function<Scope, List<Statement>> days) {
    return conversions.resolved(resolved(scope, scope.start(), scope.end()), days);
  }

  /// As above, for statements that read rows of any time.
  public Scope resolvedEver(Scope scope, Function<Scope, List<Statement>> days) {
    return conversions.resolved(resolvedEver(scope), days);
  }

  /// As above, without rates.
  public Scope resolvedEver(Scope scope) {
    return resolved(scope, Instant.EPOCH, Instant.MAX);
  }

  private Scope resolved(Scope scope, Instant start, Instant end) {
    var view = scope.places().view();
    return users.hidden(
        view == OrgView.AS_STATED
            ? scope
            : scope.withPlaces(trees.newest(scope.tenant()).places(view, start, end, time.now())));
  }

  /// The time before which a question's `as_of_time` must lie.
  public Instant now() {
    return time.now();
  }

  /// The page tokens of a question.
  ///
  /// @param question the request without its page size and token
  public QuestionTokens tokens(Caller caller, Message question) {
    return QuestionTokens.of(tokens, caller, question);
  }

  /// Runs the work that asks the ledger when it is the tenant's turn, or takes what it answered the
  /// same caller's like a moment ago, if such is kept; RATE_LIMITED as [Admission#run]. The work
  /// asks nothing of this kind itself: it would wait for its own turn.
  ///
  /// @param request as it came, with the page that it asks for
  /// @param work gets the beginning of the answer's basis: what is known of time
  public <T extends Message> T answer(
      Caller caller, Message request, Class<T> type, Function<Basis.Builder, T> work) {
    var binding = ByteString.copyFrom(Binding.of(caller, request));
    return kept.find(binding)
        .map(type::cast)
        .orElseGet(() -> {
          var answer = asked(caller, work);
          kept.keep(binding, answer);
          return answer;
        });
  }

  private <T extends Message> T asked(Caller caller, Function<Basis.Builder, T> work) {
    return admission.run(
        caller.tenant(),
        () -> {
          // First, so that what it says has arrived is in all that is read after it.
          var watermark = watermarks.of(caller.tenant());
          var basis = Basis.newBuilder().setAsOfTime(Times.timestamp(time.now()));
          watermark.map(Times::timestamp).ifPresent(basis::setWatermarkTime);
          return work.apply(basis);
        });
  }
}

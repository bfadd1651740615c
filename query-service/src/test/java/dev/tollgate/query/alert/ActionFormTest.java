package dev.tollgate.query.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.proto.alert.v1.AlertRoute;
import dev.tollgate.proto.alert.v1.FreezeAction;
import dev.tollgate.proto.alert.v1.QuietHours;
import dev.tollgate.proto.alert.v1.TightenAction;
import dev.tollgate.proto.budget.v1.Limit;
import dev.tollgate.proto.budget.v1.SpendRate;
import dev.tollgate.proto.common.v1.Money;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ActionFormTest {
  private static final FreezeAction.Builder FREEZE =
      FreezeAction.newBuilder().setDuration(seconds(3_600));
  private static final TightenAction.Builder TIGHTEN =
      TightenAction.newBuilder()
          .setBudgetId("search-month")
          .setAmount(Limit.newBuilder().setRequests(5))
          .setDuration(seconds(60));

  private static com.google.protobuf.Duration.Builder seconds(long seconds) {
    return com.google.protobuf.Duration.newBuilder().setSeconds(seconds);
  }

  private static AlertRoute.Builder freeze(FreezeAction.Builder action) {
    return AlertRoute.newBuilder().setRouteId("a").setDimension("team").setFreeze(action);
  }

  private static AlertRoute.Builder tighten(TightenAction.Builder action) {
    return AlertRoute.newBuilder().setRouteId("b").setTighten(action);
  }

  private static AlertRoute read(AlertRoute.Builder route) {
    return RouteForm.read(
        route.build(), Optional.empty(), new Reach(false, new MailSettings.None()));
  }

  private static void isInvalid(String field, AlertRoute.Builder route) {
    assertThatThrownBy(() -> read(route))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.reason()).isEqualTo(Reason.FIELD_INVALID);
              assertThat(failure.violations())
                  .extracting(Failure.Violation::field)
                  .containsExactly(field);
            });
  }

  @Test
  void read_goodActions_staysAsTheyAre() {
    assertThat(read(freeze(FREEZE)).getFreeze()).isEqualTo(FREEZE.build());
    assertThat(read(tighten(TIGHTEN)).getTighten()).isEqualTo(TIGHTEN.build());
  }

  /// One without a dimension would freeze everybody.
  @Test
  void read_freezeOfTheWholeTenant_isInvalid() {
    isInvalid("route.dimension", freeze(FREEZE).clearDimension());
  }

  @Test
  void read_durationOrMessageOutOfBounds_isInvalid() {
    for (var duration : List.of(0, 59, 32 * 86_400)) {
      isInvalid("route.freeze.duration", freeze(FREEZE.clone().setDuration(seconds(duration))));
      isInvalid("route.tighten.duration", tighten(TIGHTEN.clone().setDuration(seconds(duration))));
    }
    isInvalid(
        "route.freeze.denial_message", freeze(FREEZE.clone().setDenialMessage("x".repeat(513))));
  }

  @Test
  void read_quietHoursOfAnAction_areInvalid() {
    var quiet = QuietHours.newBuilder().setStart("22:00").setEnd("07:00").setTimeZone("UTC");

    isInvalid("route.quiet_hours", freeze(FREEZE).setQuietHours(quiet));
    isInvalid("route.quiet_hours", tighten(TIGHTEN).setQuietHours(quiet));
  }

  @Test
  void read_tightenByNothingOrOfNoBudget_isInvalid() {
    var zero = Money.newBuilder().setCurrencyCode("USD").setAmount("0");
    isInvalid("route.tighten.amount", tighten(TIGHTEN.clone().clearAmount()));
    isInvalid(
        "route.tighten.amount",
        tighten(
            TIGHTEN
                .clone()
                .setAmount(Limit.newBuilder().setSpendRate(SpendRate.getDefaultInstance()))));
    isInvalid(
        "route.tighten.amount.cost.amount",
        tighten(TIGHTEN.clone().setAmount(Limit.newBuilder().setCost(zero))));
    isInvalid(
        "route.tighten.amount.tokens",
        tighten(TIGHTEN.clone().setAmount(Limit.newBuilder().setTokens(0))));
    isInvalid(
        "route.tighten.amount.requests",
        tighten(TIGHTEN.clone().setAmount(Limit.newBuilder().setRequests(-1))));
    isInvalid("route.tighten.budget_id", tighten(TIGHTEN.clone().setBudgetId("A b")));
  }
}

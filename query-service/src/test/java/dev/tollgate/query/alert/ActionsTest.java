package dev.tollgate.query.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.alert.v1.Alert;
import dev.tollgate.proto.alert.v1.AlertDelivery;
import dev.tollgate.proto.alert.v1.AlertRoute;
import dev.tollgate.proto.alert.v1.FreezeAction;
import dev.tollgate.query.quota.QuotaClient;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ActionsTest {
  /// For tests in which nobody asks it.
  static final QuotaClient NO_QUOTA =
      new QuotaClient(tenant -> {
        throw new AssertionError(tenant + " (expected: no call)");
      });

  private static final Instant DUE = Instant.parse("2026-08-01T10:00:00Z");

  private static AlertRoute.Builder route(long seconds) {
    return AlertRoute.newBuilder()
        .setRouteId("stop")
        .setDimension("team")
        .setFreeze(
            FreezeAction.newBuilder()
                .setDuration(com.google.protobuf.Duration.newBuilder().setSeconds(seconds)));
  }

  private static Outcome freeze(AlertRoute.Builder route, Instant now) {
    var delivery =
        AlertDelivery.newBuilder()
            .setFirstDueTime(Times.timestamp(DUE))
            .setAlert(Alert.newBuilder().putSubject("team", "search"))
            .build();
    return new Actions(NO_QUOTA).freeze(route.build(), "acme", delivery, now);
  }

  @Test
  void freeze_heldUpUntilItsTimeIsOver_isNotMadeAnyMore() {
    assertThat(freeze(route(60), DUE.plusSeconds(60)))
        .isEqualTo(new Outcome.Refused("it would have been over at 2026-08-01T10:01:00Z"));
  }

  /// It may have been a message to people when the alert was said.
  @Test
  void freeze_ofARouteThatWantsOthersByNow_isNotMade() {
    var refused = new Outcome.Refused("the route was changed: it no more wants the alert");

    assertThat(freeze(route(60).addValues("ads"), DUE)).isEqualTo(refused);
    assertThat(freeze(route(60).setDimension("model"), DUE)).isEqualTo(refused);
  }
}

package dev.tollgate.kernel.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Role;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CallerTest {
  private final Caller caller =
      new Caller(
          "key", Set.of(Role.ROLE_CALLER), "acme", Map.of("team", "search", "environment", "prod"));

  @Test
  void pinned_emptyOrSame_isFilledIn() {
    var given = Dimensions.newBuilder().setTeam("search").setModel("m").build();

    assertThat(caller.pinned(given)).isEqualTo(given.toBuilder().setEnvironment("prod").build());
  }

  @Test
  void pinned_another_isDimensionForbidden() {
    var given = Dimensions.newBuilder().setTeam("ads").build();

    assertThatThrownBy(() -> caller.pinned(given))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> assertThat(failure.reason()).isEqualTo(Reason.DIMENSION_FORBIDDEN));
  }

  @Test
  void administers_withinItsPins_isTrue() {
    assertThat(caller.administers(Map.of("team", "search", "environment", "prod", "user", "u")))
        .isTrue();
    assertThat(caller.administers(Map.of("team", "search"))).isFalse();
    assertThat(caller.administers(Map.of("team", "ads", "environment", "prod"))).isFalse();
    assertThat(caller.administers(Map.of())).isFalse();
  }

  @Test
  void current_outsideOfACall_isABug() {
    assertThatThrownBy(Caller::current).isInstanceOf(IllegalStateException.class);
  }
}

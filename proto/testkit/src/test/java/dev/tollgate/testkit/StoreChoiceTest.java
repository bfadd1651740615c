package dev.tollgate.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class StoreChoiceTest {
  private final Properties properties = new Properties();

  @Test
  void from_nothing_isEmbedded() {
    assertThat(StoreChoice.from(properties, Map.of()).kind()).isEqualTo("embedded");
  }

  @Test
  void from_propertyAndVariable_thePropertyWins() {
    properties.setProperty("tollgate.stores.redis.image", "redis:8");
    var variables =
        Map.of("TOLLGATE_STORES", "containers", "TOLLGATE_STORES_REDIS_IMAGE", "redis:6");

    var choice = StoreChoice.from(properties, variables);

    assertThat(choice.kind()).isEqualTo("containers");
    assertThat(choice.redisImage()).isEqualTo("redis:8");
  }

  @Test
  void from_unknownKind_isRefused() {
    assertThatThrownBy(() -> StoreChoice.from(properties, Map.of("TOLLGATE_STORES", "cloud")))
        .hasMessage("tollgate.stores: cloud (expected: embedded or containers)");
  }
}

package dev.tollgate.quota.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.quota.hold.TestRedis;
import dev.tollgate.quota.redis.Redis;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(StoresExtension.class)
class RedisMatchBookIT {
  private final Stores stores;
  private TestRedis store;
  private Redis redis;

  RedisMatchBookIT(Stores stores) {
    this.stores = stores;
  }

  @BeforeEach
  void connect() {
    store = new TestRedis(stores.redisUrl(), stores.redisPassword());
    redis = store.connect();
  }

  @AfterEach
  void close() {
    redis.close();
    store.close();
  }

  @Test
  void note_ofTwoInstances_keepsTheLater() {
    var tenant = stores.tenant();
    var one = new RedisMatchBook(redis);
    var other = new RedisMatchBook(redis);

    assertThat(one.last(tenant).join()).isEmpty();
    one.note(tenant, Map.of("a", 1_800_000_000_005L, "b", 7L)).join();
    other.note(tenant, Map.of("a", 1_800_000_000_004L, "b", 8L)).join();
    one.note(tenant, Map.of()).join();

    assertThat(one.last(tenant).join()).isEqualTo(Map.of("a", 1_800_000_000_005L, "b", 8L));
    assertThat(store.commands().pttl("{" + tenant + "}:m")).isPositive();
  }

  @Test
  void note_moreThanOneCallTakes_keepsThemAll() {
    var tenant = stores.tenant() + "-many";
    var many = new HashMap<String, Long>();
    for (int i = 0; i < 1_234; i++) {
      many.put("budget-" + i, 1L + i);
    }
    var book = new RedisMatchBook(redis);
    book.note(tenant, many).join();

    assertThat(book.last(tenant).join()).isEqualTo(many);
  }
}

package dev.tollgate.quota.hold;

import dev.tollgate.quota.redis.Redis;
import dev.tollgate.seed.Seeds;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.TimeSource;
import io.lettuce.core.api.StatefulRedisConnection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;

/// The same random commands, given to the model and to Redis, get the same answers, and every
/// counter stands the same after each.
@ExtendWith(StoresExtension.class)
@TestInstance(Lifecycle.PER_CLASS)
class HoldsDifferentialIT {
  private TestRedis redis;
  private Redis link;
  private StatefulRedisConnection<byte[], byte[]> batches;
  private Holds real;
  private String tenant;

  @BeforeAll
  void connect(Stores stores) {
    redis = new TestRedis(stores.redisUrl(), stores.redisPassword());
    link = redis.connect();
    batches = redis.connectForBatches();
    real = RedisHolds.on(link, HoldLimits.DEFAULT, TimeSource.SYSTEM);
    tenant = stores.tenant();
  }

  @AfterAll
  void disconnect() {
    link.close();
    redis.close();
  }

  @Test
  void commands_anySequence_getTheModelsAnswers() {
    Seeds.check(
        "holds: model and Redis",
        40,
        500,
        (seed, random) ->
            new HoldsDuel(redis, real, new RedisHeads(link), batches, tenant + "-" + seed, random)
                .run());
  }
}

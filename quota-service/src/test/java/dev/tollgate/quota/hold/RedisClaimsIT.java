package dev.tollgate.quota.hold;

import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(StoresExtension.class)
class RedisClaimsIT extends ClaimsContract {
  RedisClaimsIT(Stores stores) {
    super(new RedisStage(stores));
  }
}

package dev.tollgate.quota.hold;

import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(StoresExtension.class)
class RedisHeadsIT extends HeadsContract {
  RedisHeadsIT(Stores stores) {
    super(new RedisStage(stores));
  }
}

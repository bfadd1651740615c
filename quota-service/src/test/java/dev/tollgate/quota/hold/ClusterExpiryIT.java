package dev.tollgate.quota.hold;

import dev.tollgate.quota.redis.LocalCluster;
import org.junit.jupiter.api.AfterAll;

class ClusterExpiryIT extends ExpiryContract {
  private static final LocalCluster CLUSTER = LocalCluster.start(3);

  ClusterExpiryIT() {
    super(new ClusterStage(CLUSTER));
  }

  @AfterAll
  static void stop() {
    CLUSTER.close();
  }
}

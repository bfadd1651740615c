package dev.tollgate.quota.hold;

import dev.tollgate.quota.redis.LocalCluster;
import org.junit.jupiter.api.AfterAll;

class ClusterHeadsIT extends HeadsContract {
  private static final LocalCluster CLUSTER = LocalCluster.start(3);

  ClusterHeadsIT() {
    super(new ClusterStage(CLUSTER));
  }

  @AfterAll
  static void stop() {
    CLUSTER.close();
  }
}

package dev.tollgate.ingest;

import static dev.tollgate.proto.ingest.v1.EventStatus.EVENT_STATUS_ACCEPTED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.TimeSource;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(StoresExtension.class)
class ClickHouseOutageIT {
  private static final long EVENTS = 50;

  @Test
  void streamUsage_clickHouseAwayThenAnswersLost_losesAndDoublesNothing(
      Stores stores, @TempDir Path dir) throws Exception {
    var tenant = stores.tenant();
    try (var peers = Peers.start();
        var proxy = new CutProxy(stores.clickHouseUrl());
        var clickHouse = new Rig(stores, peers, dir).clickHouse()) {
      var environment = new Rig(stores, peers, dir.resolve("log")).environment(proxy.url());
      try (var service =
              IngestService.start(
                  IngestSettings.from(environment), TimeSource.SYSTEM, new SecureRandom());
          var sender = Sender.open(service.grpcPort(), tenant)) {
        Ready.await(service.grpcPort());
        assertAccepted(sender, 0);
        Await.until("stored", () -> Rig.raw(clickHouse, tenant).events() == EVENTS);

        proxy.become(CutProxy.Mode.CUT);
        assertAccepted(sender, 1);
        assertAccepted(sender, 2);
        assertThat(Rig.raw(clickHouse, tenant).events()).isEqualTo(EVENTS);

        proxy.become(CutProxy.Mode.ANSWERS_LOST);
        Await.until("stored, unknown to us", () -> proxy.lost() >= 2);
        assertAccepted(sender, 3);

        proxy.become(CutProxy.Mode.OPEN);
        Await.until("all stored", () -> Rig.raw(clickHouse, tenant).events() >= 4 * EVENTS);
      }
      var expected = new Rig.Totals(4 * EVENTS, 4 * EVENTS * Events.COST_PICOS);
      assertThat(Rig.raw(clickHouse, tenant)).isEqualTo(expected);
      Rig.assertRollups(clickHouse, tenant, expected);
    }
  }

  private static void assertAccepted(Sender sender, int round) throws Exception {
    var now = TimeSource.SYSTEM.now();
    var events =
        LongStream.range(0, EVENTS)
            .mapToObj(i -> Events.event("e-" + round + "-" + i, now).build())
            .toArray(UsageEvent[]::new);
    assertThat(sender.statuses(events)).containsOnly(EVENT_STATUS_ACCEPTED);
  }
}

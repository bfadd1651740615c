package dev.tollgate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.log.Entry;
import dev.tollgate.ingest.log.Fingerprint;
import dev.tollgate.ingest.log.LogSettings;
import dev.tollgate.ingest.log.SegmentLog;
import dev.tollgate.ingest.settle.QuotaClient;
import dev.tollgate.ingest.settle.Settler;
import dev.tollgate.kernel.peer.Peer;
import dev.tollgate.kernel.peer.PeerSettings;
import dev.tollgate.proto.quota.v1.Settlement;
import dev.tollgate.secret.Secret;
import dev.tollgate.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A quota that lost its store hears again from the log what the ledger could not tell it.
class ForgetfulQuotaTest {
  private static final String LOG_ID = "log-a";

  @TempDir Path dir;
  private Peers peers;
  private Peer peer;
  private SegmentLog log;
  private Settler settler;

  @BeforeEach
  void start() throws Exception {
    peers = Peers.start();
    peer =
        Peer.connect(
            new PeerSettings(
                peers.target(), new Secret(Rig.SERVICE_KEY), new PeerSettings.Trust.Plain()));
    log =
        SegmentLog.open(
            new LogSettings(dir, 1 << 20, 1L << 40, 0),
            Map.of(Entry.USAGE_TABLE, List.of("tenant_id")),
            TimeSource.SYSTEM,
            () -> new SegmentLog.Birth(LOG_ID, Long.MIN_VALUE),
            logged -> {});
    settler = new Settler(log, 0, new QuotaClient(peer), TimeSource.SYSTEM);
    settler.start();
  }

  @AfterEach
  void stop() throws Exception {
    settler.close(Duration.ofSeconds(5));
    log.close();
    peer.close();
    peers.close();
  }

  @Test
  void settler_quotaForgets_sendsAgainFromThereInOrderAndOnce() throws Exception {
    append(1, 1_200);
    await(1_200);

    peers.quotaForgets("acme", LOG_ID, 100);
    append(1_201, 1_201);
    await(1_201);

    assertThat(peers.applied("acme").stream().map(Settlement::getPosition))
        .containsExactlyElementsOf(positions("acme"));
    assertThat(peers.applied("other").stream().map(Settlement::getPosition))
        .containsExactlyElementsOf(positions("other"));
  }

  @Test
  void settler_quotaForgetsAll_sendsTheWholeLogAgain() throws Exception {
    append(1, 10);
    await(10);

    peers.quotaForgets("acme", LOG_ID, 0);
    append(11, 11);
    await(11);

    assertThat(peers.applied("acme")).hasSize(11);
  }

  @Test
  void settler_oneTenantCanNotBeSettled_settlesTheOthersAndThenThatOneInOrder() throws Exception {
    append(1, 5);
    await(5);
    peers.quotaCanSettle("acme", false);
    append(6, 700);
    Await.until("the other's are applied", () -> peers.applied("other").size() == 700);
    append(701, 705);
    Await.until("the other's are applied", () -> peers.applied("other").size() == 705);

    assertThat(peers.applied("acme")).hasSize(5);
    assertThat(settler.settled()).as("what may be deleted").isLessThan(2 * 5 + 2);

    peers.quotaCanSettle("acme", true);
    append(706, 706);
    await(706);
    assertThat(peers.applied("acme").stream().map(Settlement::getPosition))
        .containsExactlyElementsOf(positions("acme"));
    Await.until("nobody is behind", () -> settler.settled() >= 2 * 706);
  }

  /* Each number is an event of both tenants. */
  private void append(int first, int last) throws Exception {
    for (int i = first; i <= last; i++) {
      var done = log.append(List.of(usage("acme", i), usage("other", i)));
      if (i == last) {
        done.get();
      }
    }
  }

  private void await(int events) {
    Await.until("acme's are applied", () -> peers.applied("acme").size() >= events);
    Await.until("the other tenant's too", () -> peers.applied("other").size() >= events);
  }

  private List<Long> positions(String tenant) throws Exception {
    try (var cursor = log.read(1)) {
      return LongStream.rangeClosed(1, log.durablePosition())
          .mapToObj(any -> cursor.next(Duration.ZERO).orElseThrow())
          .filter(logged ->
              logged.entry() instanceof Entry.Usage usage && usage.tenant().equals(tenant))
          .map(logged -> logged.position())
          .toList();
    }
  }

  private static Entry.Usage usage(String tenant, int number) {
    return new Entry.Usage(
        tenant,
        "event-" + number,
        new Fingerprint(1, number),
        number,
        number,
        new Entry.Debit("token-" + number, false, "USD", 12, 34, 5),
        new byte[] {1});
  }
}

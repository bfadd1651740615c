package dev.tollgate.ingest.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class EntryCodecTest {
  @Test
  void decode_anyKind_givesWhatWasEncoded() {
    var entries =
        List.of(
            Logs.usage("event", 100),
            Logs.fact("outcomes", "o-1", 5),
            new Entry.Correction("acme", "event", new byte[] {1, 2, 3}, new byte[] {4}),
            new Entry.User(new byte[] {5, 6}),
            new Entry.GiveBack("acme", "token"),
            new Entry.Seal(7, 12),
            new Entry.Commit(12),
            new Entry.Settled(11),
            new Entry.Split(12, "log/12"),
            new Entry.Letter(
                "log", 7, 12, List.of("tenant_id", "event_id"), 469, 5, Logs.usage("event", 100)),
            new Entry.Replay(3, Entry.Stage.REFUSED));

    for (var entry : entries) {
      assertThat(EntryCodec.decode(EntryCodec.encode(entry)))
          .usingRecursiveComparison()
          .isEqualTo(entry);
    }
  }

  @Test
  void decode_unknownKind_saysWhichItIs() {
    assertThatThrownBy(() -> EntryCodec.decode(new byte[] {99}))
        .hasMessage("kind of record: 99 (expected: one that this release knows)");
  }
}

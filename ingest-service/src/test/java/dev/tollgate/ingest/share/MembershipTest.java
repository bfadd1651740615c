package dev.tollgate.ingest.share;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MembershipTest {
  @TempDir Path dir;

  @Test
  void update_alone_leavesNothingBehindAndAsksNothing() throws IOException {
    assertThat(update(List.of(), 5)).isEqualTo(new Membership(List.of(), Long.MIN_VALUE));
    assertThat(dir).isEmptyDirectory();
  }

  @Test
  void update_otherInstancesThanLastTime_takesTheLedgersEndAndKeepsIt() throws IOException {
    var two = List.of("a:1", "b:2");

    assertThat(update(two, 5)).isEqualTo(new Membership(two, 5));
    assertThat(update(two, 9)).as("unchanged").isEqualTo(new Membership(two, 5));
    assertThat(update(List.of("b:2", "a:1"), 9).historyEndMillis()).as("order").isEqualTo(9);
    assertThat(update(List.of(), 12)).isEqualTo(new Membership(List.of(), 12));
    assertThat(update(List.of(), 15)).isEqualTo(new Membership(List.of(), 12));
  }

  @Test
  void update_fileThatIsDamaged_isNamed() throws IOException {
    Files.writeString(dir.resolve("instances"), "a:1,b:2\n");

    assertThatThrownBy(() -> update(List.of(), 5))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(dir.resolve("instances").toString());
  }

  private Membership update(List<String> instances, long ledgerEndMillis) throws IOException {
    return Membership.update(dir, instances, () -> ledgerEndMillis);
  }
}

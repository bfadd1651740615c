package dev.tollgate.cli.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.caller.KeyText;
import dev.tollgate.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysTest {
  @TempDir Path folder;

  @Test
  void open_again_hasTheSameKeys() throws IOException {
    var first = open();
    var again = open();

    assertThat(again.operator()).isEqualTo(first.operator());
    assertThat(again.service()).isEqualTo(first.service()).isNotEqualTo(first.operator());
    assertThat(again.token()).isEqualTo(first.token());
  }

  @Test
  void open_new_makesKeysThatTheServicesTake() throws IOException {
    assertThat(KeyText.parse(open().operator().reveal())).isPresent();
    assertThat(KeyText.parse(open().service().reveal())).isPresent();
  }

  @Test
  void file_isForItsOwnerOnly() throws IOException {
    open().remember("acme", new Secret("tg_x"));

    assertThat(Files.getPosixFilePermissions(folder.resolve("keys.json")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void remember_tenant_isThereNextTime() throws IOException {
    var keys = open();
    assertThat(keys.tenant("acme")).isEmpty();

    keys.remember("acme", new Secret("tg_x"));

    assertThat(open().tenant("acme")).contains(new Secret("tg_x"));
    assertThat(open().operator()).isEqualTo(keys.operator());
  }

  private Keys open() throws IOException {
    return Keys.open(folder.resolve("keys.json"), new Random(1));
  }
}

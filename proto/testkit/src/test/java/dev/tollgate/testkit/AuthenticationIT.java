package dev.tollgate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.embedded.EmbeddedClickHouse;
import dev.tollgate.kernel.caller.AuthSettings;
import dev.tollgate.kernel.caller.Authentication;
import dev.tollgate.kernel.caller.Credential;
import dev.tollgate.kernel.caller.KeyText;
import dev.tollgate.kernel.caller.StoredKey;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.clickhouse.ClickHouseSettings;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.time.TimeSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthenticationIT {
  private final SecureRandom random = new SecureRandom();

  /* An engine of its own, since this test takes it away. */
  @Test
  void storedKey_storeAway_staysValidAndItsAgeGrows(@TempDir Path directory) {
    var meters = new SimpleMeterRegistry();
    var engine = EmbeddedClickHouse.start(directory, Stores.clickHouseLibrary(), random);
    try (var clickHouse =
        ClickHouse.connect(
            new ClickHouseSettings(engine.url(), "tollgate", engine.user(), engine.password()))) {
      var key = KeyText.random(random);
      write(clickHouse, key);
      var settings = new AuthSettings(Map.of(), List.of(), Map.of());
      try (var authentication =
          Authentication.start(settings, clickHouse, TimeSource.SYSTEM, meters)) {
        var credential = new Credential(key.reveal(), Set.of());
        var caller = authentication.authenticate(credential).orElseThrow();
        assertThat(caller.tenant()).isEqualTo("acme");
        assertThat(caller.pins()).containsExactly(Map.entry("team", "search"));

        engine.close();
        awaitAge(meters, Duration.ofSeconds(4));

        assertThat(authentication.authenticate(credential)).contains(caller);
      }
    } finally {
      engine.close();
    }
  }

  private static void awaitAge(SimpleMeterRegistry meters, Duration age) {
    var end = Instant.now().plusSeconds(60);
    while (meters.get("access.keys.age").timeGauge().value(TimeUnit.MILLISECONDS)
        < age.toMillis()) {
      assertThat(Instant.now()).isBefore(end);
      Thread.onSpinWait();
    }
  }

  private static void write(ClickHouse clickHouse, KeyText key) {
    var stored =
        new StoredKey(
            key.id(),
            "acme",
            "key",
            Set.of(Role.ROLE_CALLER),
            new TreeMap<>(Map.of("team", "search")),
            key.hash(),
            Instant.parse("2026-08-01T00:00:00Z"),
            null);
    ControlTable.open(clickHouse, StoredKey.TABLE)
        .append("acme", key.id(), 0, stored.content(), "test");
  }
}

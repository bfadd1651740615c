package dev.tollgate.kernel.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.control.Entry;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.time.FakeTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StoredKeysTest {
  private static final Instant NOW = Instant.parse("2026-08-01T00:00:00Z");

  private final KeyText key = KeyText.random(new Random(1));
  private final StoredKeys keys =
      new StoredKeys(
          () -> {
            throw Failure.of(Reason.STORE_UNAVAILABLE, "away");
          },
          new FakeTime(NOW));

  private static Credential credential(KeyText key) {
    return new Credential(key.reveal(), Set.of());
  }

  private Entry entry() {
    var stored =
        new StoredKey(
            key.id(),
            "acme",
            "k",
            Set.of(Role.ROLE_CALLER),
            new TreeMap<>(),
            key.hash(),
            NOW,
            null);
    return entry(key.id(), stored.content());
  }

  private static Entry entry(String id, String content) {
    return new Entry("acme", id, 1, content, "test", NOW);
  }

  @Test
  void authenticate_beforeTheKeysWereRead_isStoreUnavailableForKeysOnly() {
    keys.poll();

    assertThatThrownBy(() -> keys.authenticate(credential(key)))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.reason()).isEqualTo(Reason.STORE_UNAVAILABLE);
              assertThat(failure.retryAfter()).hasValue(Duration.ofSeconds(1));
            });
    assertThat(keys.authenticate(new Credential("a.b.c", Set.of()))).isEmpty();
  }

  @Test
  void authenticate_keyThatIsNotThere_isNobody() {
    keys.learn(List.of());

    assertThat(keys.authenticate(credential(key))).isEmpty();
  }

  @Test
  void learn_entriesThatCantBeRead_areRefusedAndHarmNoOther() {
    var other = KeyText.random(new Random(2));
    var unknownRole = entry().content().replace("ROLE_CALLER", "ROLE_OF_THE_FUTURE");

    keys.learn(
        List.of(
            entry("not-json", "{"),
            entry("not-a-key", "[]"),
            entry(other.id(), unknownRole),
            entry()));

    assertThat(keys.authenticate(credential(key))).map(Caller::tenant).hasValue("acme");
    assertThat(keys.authenticate(credential(other))).isEmpty();
  }

  @Test
  void authenticate_keyProvenBefore_isGoodUntilItIsRevoked() {
    keys.learn(List.of(entry()));
    assertThat(keys.authenticate(credential(key))).isPresent();
    assertThat(keys.authenticate(credential(key))).map(Caller::tenant).hasValue("acme");

    var revoked = StoredKey.of(entry()).revoked(NOW);
    keys.learn(List.of(entry(key.id(), revoked.content())));

    assertThat(keys.authenticate(credential(key))).isEmpty();
  }

  @Test
  void authenticate_otherSecretOfAKeyProvenBefore_isNobody() {
    keys.learn(List.of(entry()));
    assertThat(keys.authenticate(credential(key))).isPresent();

    for (var almost : List.of(key.reveal() + "x", key.reveal().replace(key.id() + "_", key.id()))) {
      assertThat(keys.authenticate(new Credential(almost, Set.of()))).isEmpty();
    }
    var other = key.reveal().substring(0, key.reveal().length() - 1);
    for (var last : List.of("A", "B", "")) {
      if (!key.reveal().endsWith(last) || last.isEmpty()) {
        assertThat(keys.authenticate(new Credential(other + last, Set.of()))).isEmpty();
      }
    }
  }
}

package dev.tollgate.ingest.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.ingest.ledger.InMemoryUsers;
import dev.tollgate.ingest.ledger.Users.Erased;
import dev.tollgate.kernel.dimension.Surrogate;
import dev.tollgate.proto.common.v1.Dimensions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SurrogatesTest {
  private final InMemoryUsers users = new InMemoryUsers();
  private final SurrogateKey key = new SurrogateKey(new byte[] {1, 2, 3});
  private final Surrogates surrogates = Surrogates.follow(key, users);

  @AfterEach
  void close() {
    surrogates.close();
  }

  @Test
  void surrogate_sameNameAndKey_isTheSameEverywhere() {
    try (var other = Surrogates.follow(key, users)) {
      var ada = surrogates.of("acme", "ada");

      assertThat(Surrogate.isShapeOf(ada)).isTrue();
      assertThat(other.of("acme", "ada")).isEqualTo(ada);
      assertThat(surrogates.of("acme", "Ada")).isNotEqualTo(ada);
      assertThat(surrogates.of("other", "ada")).isNotEqualTo(ada);
      assertThat(surrogates.of("acm", "eada")).isNotEqualTo(ada);
    }
  }

  @Test
  void surrogate_otherKey_isAnother() {
    assertThat(new SurrogateKey(new byte[] {1, 2, 4}).surrogate("acme", "ada", 0))
        .isNotEqualTo(key.surrogate("acme", "ada", 0));
  }

  /// What other releases have written must be found again.
  @Test
  void surrogate_ofAKnownKey_staysWhatItIs() {
    assertThat(key.surrogate("acme", "ada", 0)).isEqualTo("u-43e039c95d6744aeb87e757349923e05");
    assertThat(key.surrogate("acme", "ada", 1)).isEqualTo("u-5336febbd3a2e1de1a3c5bdff10de68c");
  }

  @Test
  void roster_namesThatTheLogHas_areNotToldAgain() {
    var first = surrogates.roster("acme");
    var ada = first.surrogate("ada");
    assertThat(first.surrogate("ada")).isEqualTo(ada);
    var _ = first.surrogate("ben");
    assertThat(first.surrogate("")).isEmpty();
    assertThat(first.entries()).hasSize(2);
    assertThat(new String(first.entries().getFirst().rows().getFirst(), StandardCharsets.UTF_8))
        .contains("acme", ada, "ada");

    var meanwhile = surrogates.roster("acme");
    assertThat(meanwhile.surrogate("ada")).isEqualTo(ada);
    assertThat(meanwhile.entries()).as("the log does not have it yet").hasSize(1);

    first.logged();

    var later = surrogates.roster("acme");
    assertThat(later.surrogate("ada")).isEqualTo(ada);
    assertThat(later.entries()).isEmpty();
    var elsewhere = surrogates.roster("other");
    var _ = elsewhere.surrogate("ada");
    assertThat(elsewhere.entries()).hasSize(1);
  }

  @Test
  void hidden_dimensions_haveTheSurrogateInPlaceOfTheName() {
    var given = Dimensions.newBuilder().setTeam("search").setUser("ada").build();
    var nobody = Dimensions.newBuilder().setTeam("search").build();
    var roster = surrogates.roster("acme");

    assertThat(roster.hidden(given))
        .isEqualTo(given.toBuilder().setUser(surrogates.of("acme", "ada")).build());
    assertThat(roster.hidden(nobody)).isEqualTo(nobody);
  }

  @Test
  void erase_sameNameLater_isAnotherPerson() {
    var ada = stored("ada");
    var ben = stored("ben");

    assertThat(surrogates.erase("acme", "ada", "key", "asked for")).isEqualTo(ada);

    assertThat(users.isNamed("acme", ada)).isFalse();
    var later = surrogates.roster("acme");
    assertThat(later.surrogate("ada")).isNotEqualTo(ada);
    assertThat(later.surrogate("ben")).isEqualTo(ben);
    assertThat(later.entries()).hasSize(1);
    assertThat(surrogates.of("other", "ada")).isEqualTo(key.surrogate("other", "ada", 0));

    var second = stored("ada");
    assertThat(surrogates.erase("acme", "ada", "key", "again")).isEqualTo(second);
    assertThat(List.of(ada, second)).doesNotContain(surrogates.of("acme", "ada"));
  }

  @Test
  void erase_again_isTheSameErasure() {
    var ada = stored("ada");
    var _ = surrogates.erase("acme", "ada", "key", "asked for");

    assertThat(surrogates.erase("acme", "ada", "key", "asked for")).isEqualTo(ada);
    assertThat(users.erasures()).isEqualTo(1);
  }

  @Test
  void erase_unknownName_isUserUnknown() {
    var _ = stored("ada");
    for (var tenant : List.of("acme", "other")) {
      var name = tenant.equals("acme") ? "Ada" : "ada";
      var failure =
          catchThrowableOfType(
              Failure.class, () -> surrogates.erase(tenant, name, "key", "asked for"));
      assertThat(failure.reason()).isEqualTo(Reason.USER_UNKNOWN);
      assertThat(failure).hasMessageNotContaining("Ada");
    }
    assertThat(users.erasures()).isZero();
  }

  @Test
  void follow_eraserThatDiedHalfway_endsItsErasure() {
    var ada = stored("ada");
    users.erase(new Erased("acme", ada), "key", "asked for");

    try (var next = Surrogates.follow(key, users)) {
      assertThat(users.isNamed("acme", ada)).isFalse();
      assertThat(next.of("acme", "ada")).isNotEqualTo(ada);
    }
  }

  /// As if it had come with usage.
  private String stored(String name) {
    var roster = surrogates.roster("acme");
    var surrogate = roster.surrogate(name);
    roster.logged();
    users.name("acme", surrogate, name);
    return surrogate;
  }
}

package dev.tollgate.ingest.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.ledger.Users.Erased;
import org.junit.jupiter.api.Test;

/// What every `Users` must do. Run against the model in memory and against a real ClickHouse.
abstract class UsersContract {
  abstract Users users();

  /// Another one in every call.
  abstract String tenant();

  /// As if ingest had stored the name.
  abstract void name(String tenant, String surrogate, String name);

  @Test
  void erase_namedUser_keepsTheNameUntilItIsDeleted() {
    var tenant = tenant();
    name(tenant, "u-1", "ada's \t\\ name");
    name(tenant, "u-2", "ben");
    name(tenant + "-other", "u-1", "cid");
    var before = users().erasures();

    users().erase(new Erased(tenant, "u-1"), "key", "it's \\ asked for");

    assertThat(users().erasures()).isEqualTo(before + 1);
    assertThat(users().erased())
        .contains(new Erased(tenant, "u-1"))
        .doesNotContain(new Erased(tenant, "u-2"), new Erased(tenant + "-other", "u-1"));
    assertThat(users().isNamed(tenant, "u-1")).isTrue();

    assertThat(users().deleteErasedNames()).isEqualTo(1);

    assertThat(users().isNamed(tenant, "u-1")).isFalse();
    assertThat(users().isNamed(tenant, "u-2")).isTrue();
    assertThat(users().isNamed(tenant + "-other", "u-1")).isTrue();
    assertThat(users().deleteErasedNames()).isZero();
  }

  @Test
  void deleteErasedNames_nameThatCameLate_isDeletedToo() {
    var tenant = tenant();
    users().erase(new Erased(tenant, "u-1"), "key", "reason");
    assertThat(users().isNamed(tenant, "u-1")).isFalse();

    name(tenant, "u-1", "ada");

    assertThat(users().deleteErasedNames()).isEqualTo(1);
    assertThat(users().isNamed(tenant, "u-1")).isFalse();
  }
}

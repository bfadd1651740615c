package dev.tollgate.ingest.ledger;

class InMemoryUsersTest extends UsersContract {
  private final InMemoryUsers users = new InMemoryUsers();
  private int tenants;

  @Override
  Users users() {
    return users;
  }

  @Override
  String tenant() {
    return "t" + ++tenants;
  }

  @Override
  void name(String tenant, String surrogate, String name) {
    users.name(tenant, surrogate, name);
  }
}

package dev.tollgate.quota.hold;

class InMemoryClaimsTest extends ClaimsContract {
  InMemoryClaimsTest() {
    super(new InMemoryStage());
  }
}

package dev.tollgate.quota.hold;

class InMemoryExpiryTest extends ExpiryContract {
  InMemoryExpiryTest() {
    super(new InMemoryStage());
  }
}

package dev.tollgate.quota.hold;

class InMemoryHoldsTest extends HoldsContract {
  InMemoryHoldsTest() {
    super(new InMemoryStage());
  }
}

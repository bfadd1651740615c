package dev.tollgate.quota.hold;

class InMemoryHeadsTest extends HeadsContract {
  InMemoryHeadsTest() {
    super(new InMemoryStage());
  }
}

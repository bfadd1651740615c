package dev.tollgate.embedded;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;

class InstalledRedisIT extends EmbeddedRedisContract {
  @BeforeEach
  void isInstalled() {
    Assumptions.assumeTrue(
        RedisBinary.onPath(System.getenv("PATH")).isPresent(), "no redis-server on PATH");
  }

  @Override
  RedisBinary binary() {
    return RedisBinary.onPath(System.getenv("PATH")).orElseThrow();
  }
}

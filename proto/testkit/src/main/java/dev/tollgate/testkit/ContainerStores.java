package dev.tollgate.testkit;

import dev.tollgate.secret.Secret;
import java.io.IOException;
import java.net.URI;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/// The stores as containers, from the named images.
final class ContainerStores implements StoreSource {
  private static final int REDIS_PORT = 6379;
  private static final int CLICKHOUSE_PORT = 8123;
  private static final int PASSWORD_BYTES = 16;
  private static final String USER = "app";

  private final String redisImage;
  private final String clickHouseImage;
  private final Secret password;
  private @Nullable GenericContainer<?> redis;
  private @Nullable GenericContainer<?> clickHouse;

  ContainerStores(String redisImage, String clickHouseImage, RandomGenerator random) {
    this.redisImage = redisImage;
    this.clickHouseImage = clickHouseImage;
    var bytes = new byte[PASSWORD_BYTES];
    random.nextBytes(bytes);
    this.password = new Secret(HexFormat.of().formatHex(bytes));
  }

  @Override
  @SuppressWarnings("resource")
  public synchronized Redis redis() {
    var running = redis;
    if (running == null) {
      running =
          new GenericContainer<>(DockerImageName.parse(redisImage))
              .withExposedPorts(REDIS_PORT)
              .withCommand(
                  "redis-server",
                  "--requirepass",
                  password.reveal(),
                  "--maxmemory-policy",
                  "noeviction");
      running.start();
      redis = running;
      Stores.say("Redis: container (" + redisImage + ")");
    }
    return new Redis(url("redis", running, REDIS_PORT), password);
  }

  @Override
  public synchronized ClickHouse clickHouse() {
    return new ClickHouse(url("http", started(), CLICKHOUSE_PORT), USER, password);
  }

  @Override
  public synchronized void createDatabase(String name) {
    try {
      var result =
          started()
              .execInContainer(
                  "clickhouse-client",
                  "--user",
                  USER,
                  "--password",
                  password.reveal(),
                  "--query",
                  "CREATE DATABASE IF NOT EXISTS " + name);
      if (result.getExitCode() != 0) {
        throw new IllegalStateException(result.getStderr().strip());
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public synchronized void close() {
    if (redis != null) {
      redis.stop();
    }
    if (clickHouse != null) {
      clickHouse.stop();
    }
  }

  @SuppressWarnings("resource")
  private GenericContainer<?> started() {
    var running = clickHouse;
    if (running == null) {
      running =
          new GenericContainer<>(DockerImageName.parse(clickHouseImage))
              .withExposedPorts(CLICKHOUSE_PORT)
              .withEnv("TZ", "UTC")
              .withEnv("CLICKHOUSE_USER", USER)
              .withEnv("CLICKHOUSE_PASSWORD", password.reveal())
              .waitingFor(Wait.forHttp("/ping").forPort(CLICKHOUSE_PORT));
      running.start();
      clickHouse = running;
      Stores.say("ClickHouse: container (" + clickHouseImage + ")");
    }
    return running;
  }

  private static URI url(String scheme, GenericContainer<?> container, int port) {
    return URI.create(scheme + "://" + container.getHost() + ":" + container.getMappedPort(port));
  }
}

package dev.tollgate.testkit;

import java.security.SecureRandom;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.testcontainers.DockerClientFactory;

/// Which stores a test run is told to use. A system property wins over its environment variable.
record StoreChoice(String kind, String redisImage, String clickHouseImage) {
  private static final String EMBEDDED = "embedded";
  private static final String CONTAINERS = "containers";

  static StoreChoice fromEnvironment() {
    return from(System.getProperties(), System.getenv());
  }

  static StoreChoice from(Properties properties, Map<String, String> environment) {
    var choice =
        new StoreChoice(
            setting("tollgate.stores", EMBEDDED, properties, environment),
            setting("tollgate.stores.redis.image", "redis:7.2.11", properties, environment),
            setting(
                "tollgate.stores.clickhouse.image",
                "clickhouse/clickhouse-server:26.7",
                properties,
                environment));
    if (!choice.kind.equals(EMBEDDED) && !choice.kind.equals(CONTAINERS)) {
      throw new IllegalArgumentException(
          "tollgate.stores: " + choice.kind + " (expected: embedded or containers)");
    }
    return choice;
  }

  StoreSource open() {
    if (kind.equals(EMBEDDED)) {
      return new EmbeddedStores();
    }
    if (DockerClientFactory.instance().isDockerAvailable()) {
      return new ContainerStores(redisImage, clickHouseImage, new SecureRandom());
    }
    Stores.say("containers were asked for, but no Docker engine is there: embedded instead");
    return new EmbeddedStores();
  }

  private static String setting(
      String name, String byDefault, Properties properties, Map<String, String> environment) {
    var variable = name.toUpperCase(Locale.ROOT).replace('.', '_');
    return properties.getProperty(name, environment.getOrDefault(variable, byDefault));
  }
}

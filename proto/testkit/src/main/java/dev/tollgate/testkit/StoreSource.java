package dev.tollgate.testkit;

import dev.tollgate.secret.Secret;
import java.net.URI;

/// Where the stores of a test run come from. Each starts when it is first asked for.
interface StoreSource extends AutoCloseable {
  /// How to reach a Redis. The URL holds no password.
  record Redis(URI url, Secret password) {}

  /// How to reach a ClickHouse over HTTP.
  record ClickHouse(URI url, String user, Secret password) {}

  Redis redis();

  ClickHouse clickHouse();

  void createDatabase(String name);

  @Override
  void close();
}

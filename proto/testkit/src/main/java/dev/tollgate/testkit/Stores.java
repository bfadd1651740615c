package dev.tollgate.testkit;

import dev.tollgate.embedded.EmbeddedClickHouse;
import dev.tollgate.secret.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;

/// The stores of one test class: real ones, shared by the run, with a tenant and a database of its
/// own. Handed to constructors and methods by `StoresExtension`.
///
/// They are the embedded ones, or containers where `-Dtollgate.stores=containers` (or
/// TOLLGATE_STORES) says so and a Docker engine is there. The run prints which it used.
public final class Stores {
  private static final int NAME_LENGTH_MAX = 40;

  private final StoreSource source;
  private final String name;
  private final int number;
  private boolean hasDatabase;

  Stores(StoreSource source, String testClass, int number) {
    this.source = source;
    this.name = testClass.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    this.number = number;
  }

  /// Without the password.
  public URI redisUrl() {
    return source.redis().url();
  }

  public Secret redisPassword() {
    return source.redis().password();
  }

  /// Of the HTTP interface.
  public URI clickHouseUrl() {
    return source.clickHouse().url();
  }

  public String clickHouseUser() {
    return source.clickHouse().user();
  }

  public Secret clickHousePassword() {
    return source.clickHouse().password();
  }

  /// A database that no other test class has; created, without tables.
  public synchronized String database() {
    var database = "t" + number + "_" + shortName();
    if (!hasDatabase) {
      source.createDatabase(database);
      hasDatabase = true;
    }
    return database;
  }

  /// A tenant that no other test class has.
  public String tenant() {
    return "t" + number + "-" + shortName();
  }

  /// The engine of the embedded ClickHouse, for a test that starts one of its own.
  public static Path clickHouseLibrary() {
    return EmbeddedClickHouse.library(Path.of(System.getProperty("tollgate.root", ".")));
  }

  static void say(String what) {
    System.out.println("[stores] " + what);
  }

  private String shortName() {
    return name.substring(0, Math.min(name.length(), NAME_LENGTH_MAX));
  }
}

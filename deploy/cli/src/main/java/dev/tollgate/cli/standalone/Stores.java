package dev.tollgate.cli.standalone;

import dev.tollgate.embedded.EmbeddedClickHouse;
import dev.tollgate.embedded.EmbeddedRedis;
import dev.tollgate.embedded.RedisBinary;
import dev.tollgate.secret.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// Redis and ClickHouse: each either started here as a child process, or one that exists.
final class Stores implements AutoCloseable {
  private static final String DATABASE = "tollgate";

  /// Where a store is and how to sign in.
  record Address(URI url, String user, Secret password) {
    /// Takes user and password out of the URL, where they are in it.
    static Address of(URI url, String userByDefault) {
      var given = Optional.ofNullable(url.getUserInfo()).orElse("");
      var colon = given.indexOf(':');
      var user = colon < 0 ? given : given.substring(0, colon);
      var password = colon < 0 ? "" : given.substring(colon + 1);
      try {
        var bare =
            new URI(url.getScheme(), null, url.getHost(), url.getPort(), url.getPath(), null, null);
        return new Address(bare, user.isEmpty() ? userByDefault : user, new Secret(password));
      } catch (URISyntaxException impossible) {
        throw new IllegalStateException(impossible);
      }
    }
  }

  private final Address redis;
  private final Address clickHouse;
  private final List<AutoCloseable> children;

  private Stores(Address redis, Address clickHouse, List<AutoCloseable> children) {
    this.redis = redis;
    this.clickHouse = clickHouse;
    this.children = children;
  }

  /// Starts, side by side, those that are not given.
  static Stores start(Path directory, Standalone.Options options, RandomGenerator random) {
    var children = new ArrayList<AutoCloseable>();
    var redis =
        later(() ->
            options
                .redis()
                .map(url -> Address.of(url, "default"))
                .orElseGet(() -> redis(directory, options, random, children)));
    var clickHouse =
        later(() ->
            options
                .clickHouse()
                .map(url -> Address.of(url, "default"))
                .orElseGet(() -> clickHouse(directory, options, random, children)));
    try {
      CompletableFuture.allOf(redis, clickHouse).join();
      return new Stores(redis.join(), clickHouse.join(), children);
    } catch (CompletionException failed) {
      close(children);
      throw Problems.of(failed, directory);
    }
  }

  private static CompletableFuture<Address> later(Supplier<Address> start) {
    return CompletableFuture.supplyAsync(start, command -> Thread.ofVirtual().start(command));
  }

  private static Address redis(
      Path directory,
      Standalone.Options options,
      RandomGenerator random,
      List<AutoCloseable> children) {
    var binary =
        RedisBinary.find(
            options.environment().getOrDefault("PATH", ""), directory.resolve("redis"));
    var store = EmbeddedRedis.start(directory.resolve("redis"), binary, random);
    add(children, store);
    return new Address(store.url(), "default", store.password());
  }

  private static Address clickHouse(
      Path directory,
      Standalone.Options options,
      RandomGenerator random,
      List<AutoCloseable> children) {
    var store =
        EmbeddedClickHouse.start(
            directory.resolve("clickhouse"), EmbeddedClickHouse.library(options.root()), random);
    add(children, store);
    store.createDatabase(DATABASE);
    return new Address(store.url(), store.user(), store.password());
  }

  private static void add(List<AutoCloseable> children, AutoCloseable child) {
    synchronized (children) {
      children.add(child);
    }
  }

  Address redis() {
    return redis;
  }

  Address clickHouse() {
    return clickHouse;
  }

  @Override
  public void close() {
    close(children);
  }

  private static void close(List<AutoCloseable> children) {
    synchronized (children) {
      Closing.all(children);
    }
  }
}

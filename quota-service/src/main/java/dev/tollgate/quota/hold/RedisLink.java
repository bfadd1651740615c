package dev.tollgate.quota.hold;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.protocol.RedisCommand;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// One connection to Redis, on which nothing waits for long and nothing is sent twice by itself.
final class RedisLink implements AutoCloseable {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  /* How long commands may take: those that answer a call little, those that connect more. */
  private static final class Patience extends TimeoutOptions.TimeoutSource {
    private static final Set<String> OF_CALLS = Set.of("EVALSHA", "EVAL", "MGET", "ZRANGEBYSCORE");

    private final Duration ofCalls;

    Patience(Duration ofCalls) {
      this.ofCalls = ofCalls;
    }

    @Override
    public long getTimeout(RedisCommand<?, ?, ?> command) {
      var ofCall = OF_CALLS.contains(command.getType().toString());
      return (ofCall ? ofCalls : CONNECT_TIMEOUT).toMillis();
    }

    @Override
    public TimeUnit getTimeUnit() {
      return TimeUnit.MILLISECONDS;
    }
  }

  private final RedisClient client;
  private final StatefulRedisConnection<String, String> connection;
  private final RedisAsyncCommands<String, String> commands;
  private final Map<Script, String> digests = new EnumMap<>(Script.class);

  private RedisLink(RedisClient client, StatefulRedisConnection<String, String> connection) {
    this.client = client;
    this.connection = connection;
    this.commands = connection.async();
    for (var script : Script.values()) {
      digests.put(script, commands.digest(script.text()));
    }
  }

  /// Connects, refuses a Redis that evicts, and loads the scripts. Blocks.
  static RedisLink connect(RedisSettings settings) {
    var client = RedisClient.create(address(settings));
    try {
      client.setOptions(options(settings));
      var connection = client.connect(StringCodec.UTF8);
      refuseEviction(connection);
      var link = new RedisLink(client, connection);
      for (var script : Script.values()) {
        connection.sync().scriptLoad(script.text());
      }
      return link;
    } catch (RedisException e) {
      client.shutdown();
      throw Failure.of(
          Reason.STORE_UNAVAILABLE,
          "Redis at "
              + settings.url().getHost()
              + ":"
              + settings.url().getPort()
              + " can't be used: "
              + causeOf(e).getMessage());
    } catch (RuntimeException e) {
      client.shutdown();
      throw e;
    }
  }

  private static RedisURI address(RedisSettings settings) {
    var uri = RedisURI.builder(RedisURI.create(settings.url())).withTimeout(CONNECT_TIMEOUT);
    var password = settings.password().reveal();
    return password.isEmpty() ? uri.build() : uri.withPassword(password.toCharArray()).build();
  }

  private static ClientOptions options(RedisSettings settings) {
    return ClientOptions.builder()
        .maintNotificationsConfig(MaintNotificationsConfig.disabled())
        .autoReconnect(true)
        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
        .replayFilter(command -> true)
        .requestQueueSize(settings.queueMax())
        .socketOptions(SocketOptions.builder().connectTimeout(CONNECT_TIMEOUT).build())
        .timeoutOptions(
            TimeoutOptions.builder().timeoutSource(new Patience(settings.timeout())).build())
        .build();
  }

  private static void refuseEviction(StatefulRedisConnection<String, String> connection) {
    var policy =
        connection
            .sync()
            .info("memory")
            .lines()
            .filter(line -> line.startsWith("maxmemory_policy:"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse("unknown");
    if (!policy.equals("noeviction")) {
      throw Failure.of(
          Reason.STORE_UNAVAILABLE,
          "Redis has maxmemory-policy "
              + policy
              + " (expected: noeviction): it would forget what"
              + " was spent. Set `maxmemory-policy noeviction`.");
    }
  }

  RedisAsyncCommands<String, String> commands() {
    return commands;
  }

  /// Runs a verb. Redis may have lost its scripts: then nothing ran, and the text is sent.
  CompletableFuture<List<Object>> run(Script script, List<String> keys, List<String> arguments) {
    var keyArray = keys.toArray(String[]::new);
    var argumentArray = arguments.toArray(String[]::new);
    CompletionStage<List<Object>> answer =
        commands.evalsha(digests.get(script), ScriptOutputType.MULTI, keyArray, argumentArray);
    return guarded(
        answer
            .handle((value, error) ->
                error != null && causeOf(error) instanceof RedisNoScriptException
                    ? commands.<List<Object>>eval(
                        script.text(), ScriptOutputType.MULTI, keyArray, argumentArray)
                    : answer)
            .thenCompose(Function.identity()));
  }

  /// Turns the store's trouble into STORE_UNAVAILABLE; a script's error stays a defect.
  static <T> CompletableFuture<T> guarded(CompletionStage<T> stage) {
    return stage
        .<T>handle((value, error) -> {
          if (error == null) {
            return value;
          }
          var cause = causeOf(error);
          if (cause instanceof RedisException && !isDefect(cause)) {
            throw Failure.retryable(Reason.STORE_UNAVAILABLE, "Redis does not answer", RETRY_AFTER);
          }
          throw new CompletionException(cause);
        })
        .toCompletableFuture();
  }

  private static boolean isDefect(Throwable cause) {
    var message = String.valueOf(cause.getMessage());
    return cause instanceof RedisCommandExecutionException
        && (message.startsWith("ERR") || message.startsWith("WRONGTYPE"));
  }

  private static Throwable causeOf(Throwable error) {
    var cause = error.getCause();
    return error instanceof CompletionException && cause != null ? causeOf(cause) : error;
  }

  /* Lettuce says that it can't connect, and only the innermost cause says why. */
  private static String innermost(Throwable error) {
    var cause = error.getCause();
    return cause == null ? String.valueOf(error.getMessage()) : innermost(cause);
  }

  @Override
  public void close() {
    connection.close();
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
  }
}

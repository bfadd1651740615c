package dev.tollgate.quota.redis;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.time.TimeSource;
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
import io.lettuce.core.codec.ByteArrayCodec;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/// Redis as the verbs need it: one connection, one batch per verb.
public final class Redis implements AutoCloseable {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  private final RedisClient client;
  private final StatefulRedisConnection<byte[], byte[]> connection;
  private final RedisAsyncCommands<byte[], byte[]> commands;
  private final Script batch;
  private final Map<Script, String> digests = new HashMap<>();

  private Redis(
      RedisClient client,
      StatefulRedisConnection<byte[], byte[]> connection,
      RedisScripts scripts) {
    this.client = client;
    this.connection = connection;
    this.commands = connection.async();
    this.batch = scripts.batch();
    for (var script : scripts.all()) {
      digests.put(script, commands.digest(script.text()));
    }
  }

  public static Redis connect(
      RedisSettings settings, RedisScripts scripts, TimeSource time, MeterRegistry meters) {
    var uri = RedisURI.builder(RedisURI.create(settings.url())).withTimeout(CONNECT_TIMEOUT);
    var password = settings.password().reveal();
    var client =
        RedisClient.create(
            password.isEmpty() ? uri.build() : uri.withPassword(password.toCharArray()).build());
    try {
      client.setOptions(
          ClientOptions.builder()
              .maintNotificationsConfig(MaintNotificationsConfig.disabled())
              .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
              .replayFilter(command -> true)
              .requestQueueSize(settings.queueMax())
              .socketOptions(SocketOptions.builder().connectTimeout(CONNECT_TIMEOUT).build())
              .timeoutOptions(TimeoutOptions.enabled(settings.timeout()))
              .build());
      var connection = client.connect(ByteArrayCodec.INSTANCE);
      var info = connection.sync().info("memory");
      if (!info.contains("maxmemory_policy:noeviction")) {
        var policy = info.replaceAll("(?s).*maxmemory_policy:(\\S+).*", "$1");
        throw new RedisException(policy + " (expected: noeviction)");
      }
      var redis = new Redis(client, connection, scripts);
      for (var script : scripts.all()) {
        connection.sync().scriptLoad(script.text());
      }
      return redis;
    } catch (RedisException e) {
      client.shutdown();
      throw Failure.of(
          Reason.STORE_UNAVAILABLE, settings.url() + " can't be used: " + causeOf(e).getMessage());
    }
  }

  public <T> CompletableFuture<T> submit(String tenant, Verb<T> verb) {
    var distinct = new ArrayList<byte[]>();
    var index = new int[verb.keys().size()];
    for (int i = 0; i < index.length; i++) {
      var key = verb.keys().get(i);
      var at = 0;
      while (at < distinct.size() && !Arrays.equals(distinct.get(at), key)) {
        at++;
      }
      if (at == distinct.size()) {
        distinct.add(key);
      }
      index[i] = at + 1;
    }
    var packer = new Packer();
    verb.pack(packer, index);
    return run(batch, tenant, distinct, List.of(packer.take()))
        .thenApply(bytes -> {
          var answer = new Unpacker(bytes);
          answer.array();
          return verb.read(answer);
        });
  }

  public CompletableFuture<byte[]> run(
      Script script, String tenant, List<byte[]> keys, List<byte[]> arguments) {
    var keyArray = keys.toArray(byte[][]::new);
    var argumentArray = arguments.toArray(byte[][]::new);
    CompletionStage<byte[]> answer =
        commands.evalsha(digests.get(script), ScriptOutputType.VALUE, keyArray, argumentArray);
    return guarded(
        answer
            .handle((value, error) ->
                error != null && causeOf(error) instanceof RedisNoScriptException
                    ? commands.<byte[]>eval(
                        script.text(), ScriptOutputType.VALUE, keyArray, argumentArray)
                    : answer)
            .thenCompose(Function.identity()));
  }

  public CompletableFuture<List<Optional<byte[]>>> get(String tenant, List<byte[]> keys) {
    if (keys.isEmpty()) {
      return CompletableFuture.completedFuture(List.of());
    }
    return guarded(commands.mget(keys.toArray(byte[][]::new)))
        .thenApply(values ->
            values.stream().map(value -> Optional.ofNullable(value.getValueOrElse(null))).toList());
  }

  public CompletableFuture<Instant> time(String tenant) {
    return guarded(commands.time())
        .thenApply(
            parts -> Instant.ofEpochSecond(number(parts.get(0)), number(parts.get(1)) * 1_000));
  }

  private static long number(byte[] text) {
    return Long.parseLong(new String(text, StandardCharsets.US_ASCII));
  }

  private static <T> CompletableFuture<T> guarded(CompletionStage<T> stage) {
    return stage
        .<T>handle((value, error) -> {
          if (error == null) {
            return value;
          }
          var cause = causeOf(error);
          if (cause instanceof RedisException
              && !(cause instanceof RedisCommandExecutionException)) {
            throw Failure.retryable(Reason.STORE_UNAVAILABLE, "Redis does not answer", RETRY_AFTER);
          }
          throw new CompletionException(cause);
        })
        .toCompletableFuture();
  }

  private static Throwable causeOf(Throwable error) {
    var cause = error.getCause();
    return cause == null ? error : causeOf(cause);
  }

  @Override
  public void close() {
    connection.close();
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
  }
}

package dev.tollgate.quota.redis;

import dev.tollgate.quota.redis.Trouble.Kind;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.ByteArrayOutput;
import io.lettuce.core.output.IntegerOutput;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/// A link by Lettuce, which neither queues nor resends anything on it.
final class LettuceLink implements Link {
  private final StatefulRedisConnection<byte[], byte[]> connection;
  private final Map<Script, String> digests;
  private final Loop loop;
  private final int replicas;
  private final long replicaMillis;

  /// @param digests of the scripts that it loaded
  /// @param replicas that must have a write before its answer counts
  /// @param replicaMillis how long these may take
  LettuceLink(
      StatefulRedisConnection<byte[], byte[]> connection,
      Map<Script, String> digests,
      Loop loop,
      int replicas,
      long replicaMillis) {
    this.connection = connection;
    this.digests = Map.copyOf(digests);
    this.loop = loop;
    this.replicas = replicas;
    this.replicaMillis = replicaMillis;
  }

  @Override
  public void send(Invocation invocation, boolean asking, Outcome outcome) {
    var digest = digests.get(invocation.script());
    if (digest == null) {
      text(invocation, asking, outcome);
      return;
    }
    dispatch(
        CommandType.EVALSHA,
        digest,
        invocation,
        asking,
        (answer, error) -> {
          // Redis may have lost its scripts; then nothing ran, and the text goes.
          if (error instanceof RedisNoScriptException) {
            text(invocation, asking, outcome);
          } else {
            outcome.accept(answer, meaningOf(error));
          }
        });
  }

  private void text(Invocation invocation, boolean asking, Outcome outcome) {
    dispatch(
        CommandType.EVAL,
        invocation.script().text(),
        invocation,
        asking,
        (answer, error) -> outcome.accept(answer, meaningOf(error)));
  }

  private void dispatch(
      CommandType type, String script, Invocation invocation, boolean asking, Outcome outcome) {
    try {
      if (asking) {
        connection.dispatch(
            new AsyncCommand<>(
                new Command<>(CommandType.ASKING, new StatusOutput<>(ByteArrayCodec.INSTANCE))));
      }
      var args = new CommandArgs<>(ByteArrayCodec.INSTANCE).add(script);
      args.add(invocation.keys().size());
      invocation.keys().forEach(args::add);
      invocation.arguments().forEach(args::add);
      var command =
          new AsyncCommand<>(
              new Command<>(type, new ByteArrayOutput<>(ByteArrayCodec.INSTANCE), args));
      connection.dispatch(command);
      if (replicas > 0 && invocation.writes()) {
        await(command, outcome);
      } else {
        command.onComplete((answer, error) -> onLoop(outcome, answer, error));
      }
    } catch (RuntimeException refused) {
      onLoop(outcome, null, refused);
    }
  }

  /* Right behind the script, on the same connection: it waits for what the script wrote. */
  private void await(AsyncCommand<byte[], byte[], byte[]> script, Outcome outcome) {
    var args = new CommandArgs<>(ByteArrayCodec.INSTANCE).add(replicas).add(replicaMillis);
    var wait =
        new AsyncCommand<>(
            new Command<>(CommandType.WAIT, new IntegerOutput<>(ByteArrayCodec.INSTANCE), args));
    connection.dispatch(wait);
    script.onComplete((answer, error) -> {
      if (error != null) {
        onLoop(outcome, null, error);
        return;
      }
      wait.onComplete((count, failure) -> {
        if (failure != null && !(failure instanceof RedisCommandExecutionException)) {
          onLoop(outcome, null, failure);
        } else if (failure != null || count == null || count < replicas) {
          // Whatever is said about the replicas, the script has run.
          onLoop(outcome, null, Trouble.of(Kind.NOT_REPLICATED, "not replicated"));
        } else {
          onLoop(outcome, answer, null);
        }
      });
    });
  }

  private void onLoop(Outcome outcome, byte @Nullable [] answer, @Nullable Throwable error) {
    if (loop.isCurrent()) {
      outcome.accept(answer, error);
    } else {
      loop.execute(() -> outcome.accept(answer, error));
    }
  }

  /// What the driver's error is to who goes on: a [Trouble], or a defect.
  static @Nullable Throwable meaningOf(@Nullable Throwable error) {
    return switch (error) {
      case null -> null;
      case RedisCommandExecutionException told -> {
        var message = String.valueOf(told.getMessage());
        var trouble = Trouble.told(message);
        yield trouble.isPresent()
            ? trouble.get()
            : new IllegalStateException("script: " + message, told);
      }
      case RedisException lost -> Trouble.of(Kind.LOST, String.valueOf(lost.getMessage()));
      // Where the other end was killed with something unread, the driver hands on what Netty says.
      case IOException lost -> Trouble.of(Kind.LOST, String.valueOf(lost.getMessage()));
      case CancellationException lost -> Trouble.of(Kind.LOST, "cancelled");
      default -> error;
    };
  }

  @Override
  public void close() {
    var _ = connection.closeAsync();
  }
}

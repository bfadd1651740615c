package dev.tollgate.quota.redis;

import dev.tollgate.time.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One process of Redis as one event loop sees it: its link, and whether it is asked at all.
/// Confined to its loop.
final class Node {
  /* A lost link is opened anew at once, while what is not sent yet waits. Where that fails, or where
  the node is silent for long, the circuit opens, and a chain of ticks, each later than the last,
  connects or asks for the time until one succeeds. A link on which a probe stays without answer is
  given up: the node may have frozen, and another may be the primary now. */

  private static final Logger LOG = LoggerFactory.getLogger(Node.class);
  private static final Duration PROBE_TIMEOUT = Duration.ofMillis(500);
  private static final Invocation PROBE = new Invocation(Solo.CLOCK, List.of(), List.of(), false);

  /// Who sends to it.
  interface User {
    /// What waits can be sent.
    void ready(Node node);

    /// What waits must not wait any longer.
    void away(Node node);

    /// It is no part of the topology any more.
    void gone(Node node);
  }

  private final String address;
  private final Links links;
  private final Loop loop;
  private final TimeSource time;
  private final RedisMeters meters;
  private final User user;
  private final Circuit circuit;
  private @Nullable Link link;
  private boolean connecting;
  private int attempts;
  private int lostAttempt;
  private boolean shut;
  private int chain;
  private boolean probing;
  private long probedNanos;

  Node(
      String address,
      Links links,
      Loop loop,
      Duration timeout,
      TimeSource time,
      RedisMeters meters,
      User user) {
    this.address = address;
    this.links = links;
    this.loop = loop;
    this.time = time;
    this.meters = meters;
    this.user = user;
    circuit = new Circuit(timeout);
  }

  String address() {
    return address;
  }

  /// Whether calls are to fail at once.
  boolean isAway() {
    return circuit.isOpen();
  }

  /// Empty where calls have to wait or fail.
  Optional<Link> link() {
    return circuit.isOpen() ? Optional.empty() : Optional.ofNullable(link);
  }

  /// Tries once to have a link; answers how that went.
  CompletableFuture<Void> connect() {
    connecting = true;
    attempts++;
    var attempt = attempts;
    var done = new CompletableFuture<Void>();
    links
        .open(address, () -> onLoop(() -> lost(attempt)))
        .whenComplete((opened, error) ->
            onLoop(() -> {
              connecting = false;
              if (error == null) {
                connected(opened);
                done.complete(null);
              } else {
                var cause = causeOf(error);
                open(String.valueOf(cause.getMessage()));
                done.completeExceptionally(cause);
              }
            }));
    return done;
  }

  private void connected(Link opened) {
    if (shut) {
      opened.close();
      return;
    }
    link = opened;
    probing = false;
    if (lostAttempt == attempts) {
      lostAny();
      return;
    }
    if (circuit.isOpen()) {
      close();
    }
    user.ready(this);
  }

  /// An answer came in time.
  void answered() {
    if (circuit.isOpen()) {
      close();
      user.ready(this);
    } else {
      circuit.close();
    }
  }

  /// Somebody waited in vain.
  void strike() {
    if (circuit.strike(time.nanoTime())) {
      opened("it is silent");
    }
  }

  /// The link is no good any more.
  void lost(Link that) {
    if (that.equals(link)) {
      lostAny();
    }
  }

  /// Gives the link up, to find who is the primary now.
  void drop(Link that) {
    if (that.equals(link)) {
      link = null;
      that.close();
      links.suspect();
      reconnect();
    }
  }

  void shut() {
    shut = true;
    if (circuit.close()) {
      meters.circuitClosed();
    }
    if (link != null) {
      link.close();
      link = null;
    }
  }

  /* Of an attempt whose link may be the present one, one given up long since, or one to come. */
  private void lost(int attempt) {
    if (attempt == attempts) {
      lostAttempt = attempt;
      lostAny();
    }
  }

  private void lostAny() {
    if (link == null || shut) {
      return;
    }
    link = null;
    links.suspect();
    strike();
    reconnect();
  }

  private void reconnect() {
    if (!shut && !connecting && !circuit.isOpen()) {
      var _ = connect();
    }
  }

  private void open(String why) {
    if (!shut && circuit.open()) {
      opened(why);
    }
  }

  private void opened(String why) {
    LOG.warn("Redis at {} is away ({}): calls fail at once until it is back", address, why);
    meters.circuitOpened();
    links.suspect();
    user.away(this);
    chain++;
    next(chain);
  }

  private void close() {
    if (circuit.close()) {
      LOG.info("Redis at {} is back", address);
      meters.circuitClosed();
    }
  }

  private void next(int of) {
    loop.later(circuit.nextDelay(), () -> tick(of));
  }

  private void tick(int of) {
    if (of != chain || shut || !circuit.isOpen()) {
      return;
    }
    if (!links.addresses().contains(address)) {
      user.gone(this);
      return;
    }
    var current = link;
    if (probing && current != null && silentNanos() >= PROBE_TIMEOUT.toNanos()) {
      link = null;
      current.close();
      current = null;
    }
    if (current == null && !connecting) {
      var _ = connect();
    } else if (current != null && !probing) {
      probe(current);
    }
    next(of);
  }

  private void probe(Link current) {
    probing = true;
    probedNanos = time.nanoTime();
    current.send(
        PROBE,
        false,
        (answer, error) -> {
          if (current.equals(link)) {
            probing = false;
            if (error == null) {
              answered();
            } else if (error instanceof Trouble trouble && trouble.kind() == Trouble.Kind.LOST) {
              lostAny();
            }
          }
        });
  }

  private long silentNanos() {
    return time.nanoTime() - probedNanos;
  }

  private void onLoop(Runnable task) {
    if (loop.isCurrent()) {
      task.run();
    } else {
      loop.execute(task);
    }
  }

  private static Throwable causeOf(Throwable error) {
    var cause = error.getCause();
    return error instanceof CompletionException && cause != null ? causeOf(cause) : error;
  }
}

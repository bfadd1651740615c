package dev.tollgate.quota.redis;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.time.TimeSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Carries what is asked of the store on one event loop, in batches that clock themselves.
final class Courier implements Node.User {
  /* Callers put into the inbox; all else happens on the loop. A lane has at most so many batches
  under way; what arrives meanwhile waits and goes with the next. So a batch is as large as what
  arrived during one round trip, and nothing waits where nothing is under way.

  Nothing is sent twice, except what the store says that it has not run. What has no answer by its
  deadline fails; its place under way stays taken until the answer comes or the link is lost, so that
  a store which is slow gets no more to do. */

  static final int BATCH_MAX = 64;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final Duration REST = Duration.ofMillis(5);
  private static final Duration SWEEP_MIN = Duration.ofMillis(1);
  private static final int DETOURS_MAX = 5;

  private final Loop loop;
  private final Links links;
  private final Script script;
  private final RedisSettings settings;
  private final TimeSource time;
  private final RedisMeters meters;

  private final Queue<Pending<?>> inbox = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean called = new AtomicBoolean();

  private final Map<Integer, Lane> lanes = new HashMap<>();
  private final Map<String, Node> nodes = new HashMap<>();
  private final Deque<Pending<?>> deadlines = new ArrayDeque<>();
  private final KeyTable table = new KeyTable();
  private final Packer packer = new Packer();
  private boolean watching;
  private boolean shut;

  Courier(
      Loop loop,
      Links links,
      Script script,
      RedisSettings settings,
      TimeSource time,
      RedisMeters meters) {
    this.loop = loop;
    this.links = links;
    this.script = script;
    this.settings = settings;
    this.time = time;
    this.meters = meters;
  }

  /// Connects to all nodes; answers, per node, how that went.
  CompletableFuture<List<CompletableFuture<Void>>> start() {
    return CompletableFuture.supplyAsync(
        () -> links.addresses().stream().map(address -> created(address).connect()).toList(), loop);
  }

  boolean isCurrent() {
    return loop.isCurrent();
  }

  /// Takes it along. From any thread; never blocks.
  void accept(Pending<?> pending) {
    inbox.add(pending);
    if (!called.getAndSet(true)) {
      try {
        loop.execute(this::collect);
      } catch (RejectedExecutionException ended) {
        pending.fail(unavailable("the connection to Redis is closed"));
      }
    }
  }

  /// Fails what waits, and disconnects.
  CompletableFuture<Void> shut() {
    return CompletableFuture.runAsync(
        () -> {
          shut = true;
          collect();
          lanes.values().forEach(lane -> lane.failAll(closed()));
          nodes.values().forEach(Node::shut);
        },
        loop);
  }

  private void collect() {
    called.set(false);
    forgetAnswered();
    var touched = new ArrayList<Lane>(1);
    for (var pending = inbox.poll(); pending != null; pending = inbox.poll()) {
      if (shut) {
        pending.fail(closed());
        continue;
      }
      var lane = lanes.computeIfAbsent(pending.slot(), Lane::new);
      lane.add(pending);
      deadlines.addLast(pending);
      if (touched.isEmpty() || touched.getLast() != lane) {
        touched.add(lane);
      }
    }
    watch();
    touched.forEach(this::pump);
  }

  /* Sends what may be sent. */
  private void pump(Lane lane) {
    if (lane.isResting() || lane.isEmpty()) {
      return;
    }
    var node = node(lane.slot());
    if (node == null || node.isAway()) {
      lane.failAll(unavailable("Redis is away"));
      return;
    }
    if (node.link().isPresent()) {
      for (var solo : lane.nextSolos()) {
        node.link()
            .ifPresentOrElse(
                link -> send(new Trip(lane, node, link), solo, false), () -> lane.add(solo));
      }
    }
    var link = node.link();
    while (link.isPresent() && lane.inFlight() < settings.batchesInFlight() && !lane.isEmpty()) {
      send(new Trip(lane, node, link.get()), lane.nextSteps(BATCH_MAX), false);
      link = node.link();
    }
  }

  private record Trip(Lane lane, Node node, Link link) {}

  private void send(Trip trip, Solo solo, boolean asking) {
    trip.link()
        .send(
            solo.invocation(),
            asking,
            (bytes, error) -> {
              if (bytes != null && error == null) {
                if (!solo.isOver()) {
                  trip.node().answered();
                }
                solo.succeed(bytes);
              } else {
                failed(trip, List.of(solo), error);
              }
            });
  }

  private void send(Trip trip, List<Step<?>> steps, boolean asking) {
    var batch = Batch.of(script, steps, table, packer);
    if (batch.steps().isEmpty()) {
      return;
    }
    var lane = trip.lane();
    var sentNanos = time.nanoTime();
    lane.sent();
    trip.link()
        .send(
            batch.invocation(),
            asking,
            (bytes, error) -> {
              lane.returned();
              meters.batch(batch.steps().size(), time.nanoTime() - sentNanos);
              if (bytes != null && error == null) {
                if (batch.isAwaited()) {
                  trip.node().answered();
                }
                lane.arrived();
                // The store works on the next batch while this one's answers are handed out.
                collect();
                pump(lane);
                batch.answer(bytes);
              } else {
                failed(trip, batch.steps(), error);
              }
            });
  }

  private void failed(Trip trip, List<? extends Pending<?>> pendings, @Nullable Throwable error) {
    if (error instanceof Trouble trouble) {
      failed(trip, pendings, trouble);
    } else {
      var defect = error == null ? new IllegalStateException("script: no answer") : error;
      pendings.forEach(pending -> pending.fail(defect));
      pump(trip.lane());
    }
  }

  private void failed(Trip trip, List<? extends Pending<?>> pendings, Trouble trouble) {
    var lane = trip.lane();
    switch (trouble.kind()) {
      case MOVED -> {
        links.moved(lane.slot(), addressOf(trouble, trip.node()));
        lane.putBack(pendings);
        goOn(lane);
      }
      case ASK -> ask(trip, pendings, addressOf(trouble, trip.node()));
      case TRY_AGAIN -> {
        lane.putBack(pendings);
        rest(lane);
      }
      case DEMOTED -> {
        lane.putBack(pendings);
        trip.node().drop(trip.link());
        pump(lane);
      }
      case REFUSED -> {
        links.suspect();
        fail(lane, pendings, "Redis refuses: " + trouble.getMessage());
      }
      case LOST -> {
        trip.node().lost(trip.link());
        fail(lane, pendings, "the connection to Redis was lost");
      }
      case NOT_REPLICATED -> {
        // Late it may be, but it is an answer.
        trip.node().answered();
        fail(lane, pendings, "not replicated");
      }
    }
  }

  /* A node that does not know the other's name gives its port alone: the host is the same. */
  private static String addressOf(Trouble trouble, Node told) {
    var address = trouble.address();
    var host = told.address().substring(0, Math.max(told.address().lastIndexOf(':'), 0));
    return address.startsWith(":") ? host + address : address;
  }

  private void fail(Lane lane, List<? extends Pending<?>> pendings, String why) {
    var failure = unavailable(why);
    pendings.forEach(pending -> pending.fail(failure));
    pump(lane);
  }

  /* Some of the lane's keys are at the other node already. */
  private void ask(Trip trip, List<? extends Pending<?>> pendings, String address) {
    var lane = trip.lane();
    var other = nodeAt(address);
    var link = other.link();
    if (link.isEmpty() || lane.detour() > DETOURS_MAX) {
      lane.putBack(pendings);
      rest(lane);
      return;
    }
    var detour = new Trip(lane, other, link.get());
    var steps = new ArrayList<Step<?>>(pendings.size());
    for (var pending : pendings) {
      switch (pending) {
        case Step<?> step -> steps.add(step);
        case Solo solo -> send(detour, solo, true);
      }
    }
    if (!steps.isEmpty()) {
      send(detour, steps, true);
    }
  }

  private void goOn(Lane lane) {
    if (lane.detour() > DETOURS_MAX) {
      rest(lane);
    } else {
      pump(lane);
    }
  }

  private void rest(Lane lane) {
    lane.arrived();
    if (!lane.isResting()) {
      lane.rest(true);
      loop.later(
          REST,
          () -> {
            lane.rest(false);
            pump(lane);
          });
    }
  }

  /* What is over must not be kept until its deadline: there it would outlive the young generation. */
  private void forgetAnswered() {
    while (!deadlines.isEmpty() && deadlines.getFirst().isOver()) {
      deadlines.removeFirst();
    }
  }

  private void watch() {
    if (watching || deadlines.isEmpty()) {
      return;
    }
    watching = true;
    var nanos = deadlines.getFirst().deadlineNanos() - time.nanoTime();
    loop.later(Duration.ofNanos(Math.max(nanos, SWEEP_MIN.toNanos())), this::sweep);
  }

  /* Fails what waited too long. */
  private void sweep() {
    watching = false;
    var now = time.nanoTime();
    while (!deadlines.isEmpty()) {
      var first = deadlines.getFirst();
      if (!first.isOver()) {
        if (first.deadlineNanos() - now > 0) {
          break;
        }
        first.fail(unavailable("Redis does not answer in time"));
        var lane = lanes.get(first.slot());
        var node = node(first.slot());
        if (lane != null && node != null) {
          lane.dropOver();
          node.strike();
        }
      }
      deadlines.removeFirst();
    }
    watch();
  }

  private @Nullable Node node(int slot) {
    return links.address(slot).map(this::nodeAt).orElse(null);
  }

  private Node nodeAt(String address) {
    var known = nodes.get(address);
    if (known != null) {
      return known;
    }
    var created = created(address);
    var _ = created.connect();
    return created;
  }

  private Node created(String address) {
    var node = new Node(address, links, loop, settings.timeout(), time, meters, this);
    nodes.put(address, node);
    return node;
  }

  @Override
  public void ready(Node node) {
    pumpAll();
  }

  @Override
  public void away(Node node) {
    pumpAll();
  }

  @Override
  public void gone(Node node) {
    nodes.remove(node.address());
    node.shut();
  }

  private void pumpAll() {
    List.copyOf(lanes.values()).forEach(this::pump);
  }

  private static Failure closed() {
    return unavailable("the connection to Redis is closed");
  }

  static Failure unavailable(String why) {
    return Failure.retryable(Reason.STORE_UNAVAILABLE, why, RETRY_AFTER);
  }
}

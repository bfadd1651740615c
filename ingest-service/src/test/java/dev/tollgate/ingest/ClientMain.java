package dev.tollgate.ingest;

import dev.tollgate.proto.ingest.v1.AckLevel;
import dev.tollgate.proto.ingest.v1.EventResult;
import dev.tollgate.proto.ingest.v1.StreamUsageRequest;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/// A client in a process of its own, until its standard input ends: streams usage to each instance
/// of ingest, and writes down what it sent and what was acknowledged.
///
/// Arguments: the directory for that, the tenant, a seed, and the port of each instance.
final class ClientMain {
  /*
   * Two lanes to each instance, one of them for acks of level STORED. A lane whose stream ends puts
   * aside what was not acknowledged, and a tenth of what was since it began, and some of what was
   * long ago: all of it goes out again before anything new does, over a new connection, to the
   * other instance where there is one. Then the lane begins anew.
   *
   * An id is in `sent` before its event goes out, and in `acked` before the event counts here as
   * acknowledged; both writes have reached the operating system when they return.
   */
  private static final int EVENTS_PER_REQUEST = 10;
  private static final int REQUESTS_IN_FLIGHT = 6;
  private static final int OLD_MAX = 20;
  private static final long REQUEST_EVERY_NANOS = 5_000_000;
  private static final long RETRY_NANOS = 50_000_000;
  private static final long IDLE_NANOS = 300_000;

  private final String tenant;
  private final RandomGenerator random;
  private final List<Lane> lanes = new ArrayList<>();
  private final List<Deque<UsageEvent>> again = new ArrayList<>();
  private final Set<String> acked = new HashSet<>();
  private final List<UsageEvent> old = new ArrayList<>();
  private final Notes sentNotes;
  private final Notes ackedNotes;
  private final Notes problems;
  private int events;

  private ClientMain(Path dir, String tenant, long seed, List<Integer> ports) throws IOException {
    this.tenant = tenant;
    this.random = new Random(seed);
    this.sentNotes = new Notes(dir.resolve(Client.SENT));
    this.ackedNotes = new Notes(dir.resolve(Client.ACKED));
    this.problems = new Notes(dir.resolve(Client.PROBLEMS));
    for (int i = 0; i < ports.size(); i++) {
      lanes.add(new Lane(i, ports.get(i), AckLevel.ACK_LEVEL_DURABLE));
      lanes.add(new Lane(i, ports.get(i), AckLevel.ACK_LEVEL_STORED));
      again.add(new ArrayDeque<>());
    }
  }

  public static void main(String[] arguments) throws Exception {
    var ports = Arrays.stream(arguments).skip(3).map(Integer::valueOf).toList();
    var client =
        new ClientMain(Path.of(arguments[0]), arguments[1], Long.parseLong(arguments[2]), ports);
    var stop = new AtomicBoolean();
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          awaitEnd();
          stop.set(true);
        });
    client.run(stop);
    // What is in flight stays so: it may count, or not.
    System.exit(0);
  }

  private static void awaitEnd() {
    try {
      while (System.in.read() >= 0) {}
    } catch (IOException gone) {
      // As good as an end.
    }
  }

  private void run(AtomicBoolean stop) throws IOException {
    while (!stop.get()) {
      var busy = false;
      for (var lane : lanes) {
        busy |= lane.goOn();
      }
      if (!busy) {
        LockSupport.parkNanos(IDLE_NANOS);
      }
    }
  }

  private List<UsageEvent> take(int instance) throws IOException {
    var taken = new ArrayList<UsageEvent>();
    var first = again.get(instance);
    while (taken.size() < EVENTS_PER_REQUEST && !first.isEmpty()) {
      taken.add(first.removeFirst());
    }
    if (taken.isEmpty()) {
      while (taken.size() < EVENTS_PER_REQUEST) {
        taken.add(NumberedEvents.event(events++));
      }
      sentNotes.add(taken.stream().map(UsageEvent::getEventId).toList());
    }
    return taken;
  }

  private void acknowledged(List<EventResult> results) throws IOException {
    var news = new ArrayList<String>();
    for (var result : results) {
      var known = acked.contains(result.getEventId());
      switch (result.getStatus()) {
        case EVENT_STATUS_ACCEPTED -> {
          if (known) {
            problem("accepted after an ack", result);
          }
        }
        case EVENT_STATUS_DUPLICATE -> {}
        default -> problem("neither accepted nor a duplicate", result);
      }
      if (!known) {
        news.add(result.getEventId());
      }
    }
    ackedNotes.add(news);
    acked.addAll(news);
  }

  private void problem(String what, EventResult result) throws IOException {
    problems.add(List.of(what + ": " + result.toString().replace('\n', ' ')));
  }

  /// One stream after the other to one instance.
  private final class Lane {
    private final int instance;
    private final int port;
    private final AckLevel level;
    private final Map<Long, List<UsageEvent>> inFlight = new LinkedHashMap<>();
    private final List<UsageEvent> ackedHere = new ArrayList<>();
    private Optional<Sender> sender = Optional.empty();
    private long notBeforeNanos = TimeSource.SYSTEM.nanoTime();
    private long sequence;

    Lane(int instance, int port, AckLevel level) {
      this.instance = instance;
      this.port = port;
      this.level = level;
    }

    /// Does what can be done without waiting; says whether there was anything.
    boolean goOn() throws IOException {
      var due = TimeSource.SYSTEM.nanoTime() - notBeforeNanos >= 0;
      if (sender.isEmpty()) {
        if (due) {
          sender = Optional.of(Sender.open(port, tenant));
          sequence = 0;
        }
        return due;
      }
      var stream = sender.get();
      var ended = stream.ended().isDone();
      var heard = hear(stream);
      if (ended) {
        end(stream);
        return true;
      }
      if (due && inFlight.size() < REQUESTS_IN_FLIGHT) {
        send(stream);
        return true;
      }
      return heard;
    }

    private boolean hear(Sender stream) throws IOException {
      var answers = stream.drain();
      for (var answer : answers) {
        acknowledged(answer.getResultsList());
        ackedHere.addAll(inFlight.remove(answer.getAckedSequence()));
      }
      return !answers.isEmpty();
    }

    private void send(Sender stream) throws IOException {
      var taken = take(instance);
      inFlight.put(++sequence, taken);
      notBeforeNanos = TimeSource.SYSTEM.nanoTime() + REQUEST_EVERY_NANOS;
      try {
        stream.send(
            StreamUsageRequest.newBuilder()
                .setSequence(sequence)
                .setAckLevel(level)
                .addAllEvents(taken)
                .build());
      } catch (IllegalStateException cut) {
        // The stream has ended, which is seen next time.
      }
    }

    private void end(Sender stream) {
      stream.close();
      sender = Optional.empty();
      notBeforeNanos = TimeSource.SYSTEM.nanoTime() + RETRY_NANOS;
      var elsewhere = again.get((instance + 1) % again.size());
      inFlight.values().forEach(elsewhere::addAll);
      inFlight.clear();
      old.stream().filter(_ -> random.nextInt(10) == 0).forEach(elsewhere::add);
      for (var event : ackedHere) {
        if (random.nextInt(10) == 0) {
          elsewhere.add(event);
        }
        if (old.size() < OLD_MAX) {
          old.add(event);
        } else if (random.nextInt(100) == 0) {
          old.set(random.nextInt(OLD_MAX), event);
        }
      }
      ackedHere.clear();
    }
  }
}

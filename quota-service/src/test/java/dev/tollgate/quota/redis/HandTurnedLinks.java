package dev.tollgate.quota.redis;

import dev.tollgate.quota.redis.Trouble.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// A store that does nothing until a test has it do so.
final class HandTurnedLinks implements Links {
  /// A call that reached a node.
  static final class Sent {
    final String address;
    final Invocation invocation;
    final boolean asking;
    private final HandTurnedLink link;
    private final Link.Outcome outcome;

    private Sent(
        String address,
        Invocation invocation,
        boolean asking,
        HandTurnedLink link,
        Link.Outcome outcome) {
      this.address = address;
      this.invocation = invocation;
      this.asking = asking;
      this.link = link;
      this.outcome = outcome;
    }

    void answer(byte[] bytes) {
      link.unanswered.remove(this);
      outcome.accept(bytes, null);
    }

    void fail(Throwable error) {
      link.unanswered.remove(this);
      outcome.accept(null, error);
    }
  }

  final class HandTurnedLink implements Link {
    private final String address;
    final Runnable lost;
    private final List<Sent> unanswered = new ArrayList<>();
    private boolean closed;

    private HandTurnedLink(String address, Runnable lost) {
      this.address = address;
      this.lost = lost;
    }

    @Override
    public void send(Invocation invocation, boolean asking, Outcome outcome) {
      var call = new Sent(address, invocation, asking, this, outcome);
      if (closed) {
        call.fail(Trouble.of(Kind.LOST, "closed"));
        return;
      }
      unanswered.add(call);
      sent.add(call);
    }

    @Override
    public void close() {
      closed = true;
      List.copyOf(unanswered).forEach(call -> call.fail(Trouble.of(Kind.LOST, "closed")));
      lost.run();
    }
  }

  final List<Sent> sent = new ArrayList<>();
  final Map<Integer, String> owners = new HashMap<>();
  final List<HandTurnedLink> open = new ArrayList<>();
  boolean reachable = true;
  boolean loseNext;
  int attempts;

  @Override
  public Optional<String> address(int slot) {
    return Optional.of(owners.getOrDefault(slot, "a:1"));
  }

  @Override
  public List<String> addresses() {
    return List.of("a:1", "b:1");
  }

  @Override
  public void moved(int slot, String address) {
    owners.put(slot, address);
  }

  @Override
  public void suspect() {}

  @Override
  public CompletionStage<Link> open(String address, Runnable lost) {
    attempts++;
    if (!reachable) {
      return CompletableFuture.failedFuture(Trouble.of(Kind.LOST, "refused"));
    }
    var link = new HandTurnedLink(address, lost);
    open.add(link);
    if (loseNext) {
      loseNext = false;
      lost.run();
    }
    return CompletableFuture.completedFuture(link);
  }

  /// The connections break, all of them.
  void cut() {
    var cut = List.copyOf(open);
    open.clear();
    cut.forEach(Link::close);
  }

  /// The next call that reached a node and was not taken yet.
  Sent take() {
    return sent.removeFirst();
  }
}

package dev.tollgate.ingest.dedupe;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.ingest.ledger.Ledger;
import dev.tollgate.ingest.log.Fingerprint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;

/// Asks the ledger for events that came too long ago to be remembered here.
///
/// One question is under way at a time; what is asked meanwhile goes with the next.
public final class History implements AutoCloseable {
  private static final int WAITING_MAX = 1_024;
  private static final int KEYS_MAX = 2_000;

  private record Question(
      Place place,
      List<Ledger.EventKey> events,
      CompletableFuture<Map<String, Fingerprint>> answer) {}

  private record Place(String table, String tenant) {}

  private final Ledger ledger;
  private final BlockingQueue<Question> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
  private final Thread thread;

  public History(Ledger ledger) {
    this.ledger = ledger;
    this.thread = Thread.ofVirtual().name("ingest-history").start(this::run);
  }

  /// Those of the events that the ledger has in the table; fails with STORE_UNAVAILABLE. Blocks
  /// while too many wait.
  public CompletableFuture<Map<String, Fingerprint>> find(
      String table, String tenant, List<Ledger.EventKey> events) {
    var answer = new CompletableFuture<Map<String, Fingerprint>>();
    try {
      waiting.put(new Question(new Place(table, tenant), events, answer));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      answer.completeExceptionally(stopping());
    }
    if (!thread.isAlive()) {
      answer.completeExceptionally(stopping());
    }
    return answer;
  }

  private void run() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        answer(takeQuestions());
      } catch (InterruptedException stop) {
        break;
      }
    }
    waiting.forEach(question -> question.answer.completeExceptionally(stopping()));
  }

  private List<Question> takeQuestions() throws InterruptedException {
    var questions = new ArrayList<Question>();
    var keys = 0;
    var question = waiting.take();
    while (question != null) {
      questions.add(question);
      keys += question.events.size();
      question = keys < KEYS_MAX ? waiting.poll() : null;
    }
    return questions;
  }

  private void answer(List<Question> questions) {
    var byPlace = new HashMap<Place, List<Question>>();
    for (var question : questions) {
      byPlace.computeIfAbsent(question.place, _ -> new ArrayList<>()).add(question);
    }
    byPlace.forEach(this::answer);
  }

  private void answer(Place place, List<Question> questions) {
    try {
      var events = questions.stream().flatMap(question -> question.events.stream()).toList();
      var found = ledger.find(place.table, place.tenant, events);
      questions.forEach(question -> question.answer.complete(found));
    } catch (RuntimeException failure) {
      questions.forEach(question -> question.answer.completeExceptionally(failure));
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private static Failure stopping() {
    return Failure.of(Reason.STOPPING, "this server is stopping");
  }
}

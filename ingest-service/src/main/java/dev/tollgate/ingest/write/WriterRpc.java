package dev.tollgate.ingest.write;

import com.google.protobuf.util.Timestamps;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.ingest.ledger.Ledger;
import dev.tollgate.ingest.ledger.Ledger.EventKey;
import dev.tollgate.ingest.ledger.Refusals;
import dev.tollgate.ingest.log.Entry;
import dev.tollgate.ingest.log.Entry.Stage;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.ingest.v1.DeadLetter;
import dev.tollgate.proto.ingest.v1.ListDeadLettersRequest;
import dev.tollgate.proto.ingest.v1.ListDeadLettersResponse;
import dev.tollgate.proto.ingest.v1.PauseWriterRequest;
import dev.tollgate.proto.ingest.v1.PauseWriterResponse;
import dev.tollgate.proto.ingest.v1.ReplayDeadLettersRequest;
import dev.tollgate.proto.ingest.v1.ReplayDeadLettersResponse;
import dev.tollgate.proto.ingest.v1.ReplayResult;
import dev.tollgate.proto.ingest.v1.ReplayedDeadLetter;
import dev.tollgate.proto.ingest.v1.ResumeWriterRequest;
import dev.tollgate.proto.ingest.v1.ResumeWriterResponse;
import dev.tollgate.proto.ingest.v1.WriterServiceGrpc.WriterServiceImplBase;
import dev.tollgate.time.TimeSource;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `WriterService` on the wire. Blocks while it waits for the writer.
public final class WriterRpc extends WriterServiceImplBase {
  private static final Logger LOG = LoggerFactory.getLogger(WriterRpc.class);
  private static final int PAGE_MAX = 1_000;
  private static final int PAGE_DEFAULT = 100;
  private static final int IDS_MAX = 100;
  private static final int TEXT_MAX = 256;
  private static final Duration REPLAY_PATIENCE = Duration.ofSeconds(10);
  private static final Duration PAUSE_PATIENCE = Duration.ofSeconds(90);
  private static final Duration PAUSE_MIN = Duration.ofSeconds(1);
  private static final Duration PAUSE_MAX = Duration.ofHours(1);

  private final DeadLetters letters;
  private final Pause pause;
  private final Ledger ledger;
  private final TimeSource time;

  public WriterRpc(DeadLetters letters, Pause pause, Ledger ledger, TimeSource time) {
    this.letters = letters;
    this.pause = pause;
    this.ledger = ledger;
    this.time = time;
  }

  @Override
  public void listDeadLetters(
      ListDeadLettersRequest request, StreamObserver<ListDeadLettersResponse> observer) {
    var fields = new Fields();
    var size = (int) fields.count("page_size", request.getPageSize(), 0, PAGE_MAX);
    var after = position(fields, request.getPageToken());
    fields.check();
    var shown = size == 0 ? PAGE_DEFAULT : size;
    var all = letters.waiting();
    var page = all.stream().filter(held -> held.at() > after).limit(shown + 1L).toList();
    var response = ListDeadLettersResponse.newBuilder().setTotal(all.size());
    page.stream().limit(shown).forEach(held -> response.addDeadLetters(message(held)));
    if (page.size() > shown) {
      response.setNextPageToken(Long.toString(page.get(shown - 1).at()));
    }
    answer(observer, response.build());
  }

  @Override
  public void replayDeadLetters(
      ReplayDeadLettersRequest request, StreamObserver<ReplayDeadLettersResponse> observer) {
    var ids = request.getDeadLetterIdsList();
    var fields = new Fields();
    fields.text("reason", request.getReason(), 1, TEXT_MAX);
    fields.count("dead_letter_ids", ids.size(), 1, IDS_MAX);
    if (new HashSet<>(ids).size() < ids.size()) {
      fields.reject("dead_letter_ids", "some come twice (expected: each once)");
    }
    fields.check();
    var helds = ids.stream().map(letters::get).toList();
    LOG.info("replaying {} dead letters: {}", helds.size(), request.getReason());
    var replays = helds.stream().map(this::replay).toList();
    awaitAll(replays);
    var response = ReplayDeadLettersResponse.newBuilder();
    for (int i = 0; i < ids.size(); i++) {
      response.addResults(
          ReplayedDeadLetter.newBuilder()
              .setDeadLetterId(ids.get(i))
              .setResult(result(replays.get(i))));
    }
    answer(observer, response.build());
  }

  @Override
  public void pauseWriter(
      PauseWriterRequest request, StreamObserver<PauseWriterResponse> observer) {
    var fields = new Fields();
    var duration = fields.duration("duration", request.getDuration(), PAUSE_MIN, PAUSE_MAX);
    fields.check();
    var end = time.now().plus(duration);
    pause.until(end, PAUSE_PATIENCE);
    LOG.info("the writer pauses until {}", end);
    answer(
        observer,
        PauseWriterResponse.newBuilder()
            .setEndTime(Timestamps.fromMillis(end.toEpochMilli()))
            .build());
  }

  @Override
  public void resumeWriter(
      ResumeWriterRequest request, StreamObserver<ResumeWriterResponse> observer) {
    pause.resume();
    LOG.info("the writer goes on");
    answer(observer, ResumeWriterResponse.getDefaultInstance());
  }

  /* Under its id something else may have been accepted since: dedupe forgets, and asks the ledger,
  which never had this one. */
  private CompletableFuture<Stage> replay(DeadLetters.Held held) {
    if (!held.isBegun() && held.letter().refused() instanceof Entry.Accepted accepted) {
      var key = new EventKey(accepted.id(), accepted.eventMillis());
      var table = held.letter().refused().table();
      if (!ledger.find(table, accepted.tenant(), List.of(key)).isEmpty()) {
        letters.drop(held);
        return CompletableFuture.completedFuture(Stage.KNOWN);
      }
    }
    return letters.replay(held);
  }

  private static void awaitAll(List<CompletableFuture<Stage>> replays) {
    try {
      CompletableFuture.allOf(replays.toArray(CompletableFuture[]::new))
          .get(REPLAY_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      LOG.info("some replays are not over yet, and go on");
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw Failure.of(Reason.STOPPING, "this server is stopping");
    }
  }

  private static ReplayResult result(CompletableFuture<Stage> replay) {
    return switch (replay.getNow(Stage.BEGUN)) {
      case BEGUN -> ReplayResult.REPLAY_RESULT_PENDING;
      case STORED -> ReplayResult.REPLAY_RESULT_STORED;
      case REFUSED -> ReplayResult.REPLAY_RESULT_REFUSED;
      case KNOWN -> ReplayResult.REPLAY_RESULT_KNOWN;
    };
  }

  private static DeadLetter message(DeadLetters.Held held) {
    var letter = held.letter();
    var message =
        DeadLetter.newBuilder()
            .setDeadLetterId(held.id())
            .setTable(letter.refused().table())
            .setError(Refusals.name(letter.code()))
            .setSetAsideTime(Timestamps.fromMillis(letter.setAsideMillis()))
            .setIsReplaying(held.isBegun());
    switch (letter.refused()) {
      case Entry.Accepted accepted ->
          message
              .setTenantId(accepted.tenant())
              .setItemId(accepted.id())
              .setReceivedTime(Timestamps.fromMillis(accepted.receivedMillis()));
      case Entry.Correction correction ->
          message.setTenantId(correction.tenant()).setItemId(correction.eventId());
      case Entry.User _ -> {}
      default -> throw new IllegalStateException("has no rows: " + letter.refused());
    }
    return message.build();
  }

  private static long position(Fields fields, String token) {
    if (!token.matches("[0-9]{0,18}")) {
      fields.rejectText("page_token", token, "next_page_token of the previous answer");
      return 0;
    }
    return token.isEmpty() ? 0 : Long.parseLong(token);
  }

  private static <R> void answer(StreamObserver<R> observer, R response) {
    observer.onNext(response);
    observer.onCompleted();
  }
}

package dev.tollgate.ingest.accept;

import dev.tollgate.ingest.dedupe.Content;
import dev.tollgate.ingest.log.Entry;
import dev.tollgate.ingest.share.Handover;
import dev.tollgate.ingest.share.Owners;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.ingest.v1.AckLevel;
import dev.tollgate.proto.ingest.v1.BackfillUsageRequest;
import dev.tollgate.proto.ingest.v1.EventResult;
import dev.tollgate.proto.ingest.v1.HandOverRequest;
import dev.tollgate.proto.ingest.v1.HandOverResponse;
import dev.tollgate.proto.ingest.v1.RecordUsageRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/// The valid events of one request, by who owns them.
record Shares(List<Arrival> arrivals, Owners.Split split) {
  static Shares of(Owners owners, String tenant, List<Arrival> arrivals) {
    var valid =
        IntStream.range(0, arrivals.size())
            .filter(place -> arrivals.get(place) instanceof Arrival.Valid);
    return new Shares(
        arrivals,
        owners.split(
            valid, place -> Content.key(Entry.USAGE_TABLE, tenant, arrivals.get(place).eventId())));
  }

  /// Those that stay here.
  List<Arrival.Valid> own() {
    return at(split.own());
  }

  /// Passes on what others own; done with their results, by place in the request.
  CompletableFuture<Map<Integer, EventResult>> handOver(Caller caller, AckLevel level) {
    var results = new HashMap<Integer, EventResult>();
    if (split.others().isEmpty()) {
      return CompletableFuture.completedFuture(results);
    }
    var answers = new ArrayList<CompletableFuture<Map<Integer, EventResult>>>();
    split.others().forEach((owner, places) -> answers.add(handOver(owner, places, caller, level)));
    return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .thenApply(_ -> {
          answers.forEach(answer -> results.putAll(answer.join()));
          return results;
        });
  }

  private CompletableFuture<Map<Integer, EventResult>> handOver(
      Handover owner, List<Integer> places, Caller caller, AckLevel level) {
    var share = at(places);
    return owner
        .send(caller.tenant(), request(share, level).putAllPins(caller.pins()))
        .thenApply(response -> {
          var results = new HashMap<Integer, EventResult>();
          for (int i = 0; i < places.size(); i++) {
            results.put(places.get(i), result(response, i));
          }
          return results;
        });
  }

  /* All events of a request are history, or none is. */
  private static HandOverRequest.Builder request(List<Arrival.Valid> share, AckLevel level) {
    var sent = share.stream().map(Arrival.Valid::sent).toList();
    var request = HandOverRequest.newBuilder();
    return share.getFirst().isHistory()
        ? request.setBackfill(BackfillUsageRequest.newBuilder().addAllEvents(sent))
        : request.setUsage(RecordUsageRequest.newBuilder().setAckLevel(level).addAllEvents(sent));
  }

  private static EventResult result(HandOverResponse response, int place) {
    return response.hasBackfill()
        ? response.getBackfill().getResults(place).getResult()
        : response.getUsage().getResults(place);
  }

  private List<Arrival.Valid> at(List<Integer> places) {
    var valid = new ArrayList<Arrival.Valid>();
    for (var place : places) {
      if (arrivals.get(place) instanceof Arrival.Valid good) {
        valid.add(good);
      }
    }
    return valid;
  }
}

package dev.tollgate.ingest.fact;

import com.google.protobuf.Message;
import dev.tollgate.ingest.dedupe.Content;
import dev.tollgate.ingest.share.Owners;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.ingest.v1.FactResult;
import dev.tollgate.proto.ingest.v1.HandOverResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;

/// The facts of one request, by who owns them.
record FactShares<M extends Message>(
    FactIntake intake, FactForm<M> form, List<M> facts, Caller caller, Owners.Split split) {
  static <M extends Message> FactShares<M> of(
      FactIntake intake, FactForm<M> form, List<M> facts, Caller caller) {
    var split =
        intake
            .owners()
            .split(
                IntStream.range(0, facts.size()),
                place ->
                    Content.key(form.row().table(), caller.tenant(), form.id(facts.get(place))));
    return new FactShares<>(intake, form, facts, caller, split);
  }

  /// Blocks until each owner has taken its share; a result for each in their order.
  List<FactResult> take() {
    var answers = new LinkedHashMap<List<Integer>, CompletableFuture<HandOverResponse>>();
    split
        .others()
        .forEach((owner, places) ->
            answers.put(
                places,
                owner.send(caller.tenant(), form.request(at(places)).putAllPins(caller.pins()))));
    var results = new TreeMap<Integer, FactResult>();
    add(results, split.own(), new FactDelivery<>(intake, form, caller).take(at(split.own())));
    answers.forEach((places, answer) -> add(results, places, form.results(awaited(answer))));
    return List.copyOf(results.values());
  }

  private List<M> at(List<Integer> places) {
    return places.stream().map(facts::get).toList();
  }

  private static void add(
      Map<Integer, FactResult> results, List<Integer> places, List<FactResult> more) {
    for (int i = 0; i < places.size(); i++) {
      results.put(places.get(i), more.get(i));
    }
  }

  private static <T> T awaited(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
    }
  }
}

package dev.tollgate.client;

import dev.tollgate.proto.ingest.v1.EventResult;
import dev.tollgate.proto.ingest.v1.StreamUsageRequest;
import io.grpc.Status;
import java.util.List;

/// A request in flight: what one number of a link carried.
record SentRequest(long sequence, List<SentEvent> events) {
  StreamUsageRequest message() {
    var message = StreamUsageRequest.newBuilder().setSequence(sequence);
    events.forEach(sent -> message.addEvents(sent.event()));
    return message.build();
  }

  /// Hands each event its result.
  void answer(List<EventResult> results) {
    for (var i = 0; i < events.size(); i++) {
      if (results.size() == events.size()) {
        events.get(i).answer().complete(results.get(i));
      } else {
        events.get(i).answer().completeExceptionally(unmatched(results.size()));
      }
    }
  }

  private TollgateException unmatched(int results) {
    return TollgateException.local(
        Status.Code.INTERNAL, "BUG", results + " results for " + events.size() + " events");
  }
}

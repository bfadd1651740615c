package dev.tollgate.ingest.fact;

import com.google.protobuf.Message;
import dev.tollgate.ingest.encode.FactRow;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.ingest.v1.FactResult;
import dev.tollgate.proto.ingest.v1.HandOverRequest;
import dev.tollgate.proto.ingest.v1.HandOverResponse;
import java.time.Instant;
import java.util.List;

/// What the contract promises of facts of one kind.
///
/// @param <M> how they come over the wire
interface FactForm<M extends Message> {
  /// How one is kept.
  FactRow<M> row();

  String id(M message);

  /// By which it is told whether the ledger may know its id; 0 where ids are known at any age.
  long eventMillis(M message);

  /// Reads every field and collects the mistakes.
  void check(Fields fields, M message, Caller caller, Instant now);

  /// A request that hands these over to their owner.
  HandOverRequest.Builder request(List<M> messages);

  /// What the owner says of them.
  List<FactResult> results(HandOverResponse response);

  /// What the valid message is attributed to.
  Dimensions dimensions(M message);

  /// The message, attributed to something else.
  M attributed(M message, Dimensions dimensions);
}

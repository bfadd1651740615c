package dev.tollgate.load.ingest;

import com.google.protobuf.CodedOutputStream;
import dev.tollgate.proto.ingest.v1.StreamUsageRequest;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// A request of a stream of usage, serialized but for its number: so that while it is measured the
/// client has nothing to do but to send it.
///
/// @param tenant the place of whose it is
/// @param bytes with room for the number before the events
/// @param tokens of all events together
@SuppressWarnings("ArrayRecordComponent") // handed on, compared never
record Message(int tenant, byte[] bytes, int events, long tokens) {
  /* The number stands first: its tag, then five bytes with seven bits each, all but the last marked
  as followed by another. */
  private static final int NUMBER_BYTES = 5;

  private static final int ROOM = 1 + NUMBER_BYTES;

  static Message of(int tenant, List<UsageEvent> events) {
    var request = StreamUsageRequest.newBuilder().addAllEvents(events).build();
    var size = request.getSerializedSize();
    var bytes = new byte[ROOM + size];
    try {
      request.writeTo(CodedOutputStream.newInstance(bytes, ROOM, size));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    var tokens =
        events.stream()
            .flatMap(event -> event.getUsage().getBucketsMap().values().stream())
            .mapToLong(Long::longValue)
            .sum();
    return new Message(tenant, bytes, events.size(), tokens);
  }

  /// So many events, in messages of so many each.
  static List<Message> draw(Traffic traffic, int events, int each) {
    var messages = new ArrayList<Message>();
    for (int drawn = 0; drawn < events; drawn += each) {
      messages.add(next(traffic, each));
    }
    return messages;
  }

  /// The next message, of whichever tenant.
  static Message next(Traffic traffic, int events) {
    var tenant = traffic.tenant();
    return of(tenant, traffic.calls(tenant, events));
  }

  /// The whole request. Of one message, to be sent once.
  byte[] numbered(long number) {
    bytes[0] = StreamUsageRequest.SEQUENCE_FIELD_NUMBER << 3;
    for (int i = 0; i < NUMBER_BYTES; i++) {
      var last = i == NUMBER_BYTES - 1;
      bytes[1 + i] = (byte) (((number >>> (7 * i)) & 0x7f) | (last ? 0 : 0x80));
    }
    return bytes;
  }
}

package dev.tollgate.query.alert;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import dev.tollgate.kernel.control.Entry;

/// Messages as tables and webhooks have them: JSON, of which the same message always has the same.
final class Form {
  private Form() {}

  static String json(Message message) {
    try {
      return JsonFormat.printer().omittingInsignificantWhitespace().sortingMapKeys().print(message);
    } catch (InvalidProtocolBufferException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static void read(Entry entry, Message.Builder into) {
    try {
      JsonFormat.parser().ignoringUnknownFields().merge(entry.content(), into);
    } catch (InvalidProtocolBufferException damaged) {
      throw new IllegalStateException(entry.tenant() + " " + entry.id(), damaged);
    }
  }
}

package dev.tollgate.query.page;

import com.google.protobuf.Message;
import dev.tollgate.kernel.caller.Caller;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.TreeMap;

/// All that an answer depends on, as bytes: the kind of question, the tenant, what the credential
/// pins, the question.
public final class Binding {
  private Binding() {}

  public static byte[] of(Caller caller, Message question) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeUTF(question.getDescriptorForType().getFullName());
      out.writeUTF(caller.tenant());
      out.writeInt(caller.pins().size());
      for (var pin : new TreeMap<>(caller.pins()).entrySet()) {
        out.writeUTF(pin.getKey());
        out.writeUTF(pin.getValue());
      }
      out.write(question.toByteArray());
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }
}

package dev.tollgate.ingest.dedupe;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import dev.tollgate.ingest.log.Entry;
import dev.tollgate.ingest.log.Fingerprint;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// What a caller sent, in 128 bits.
public final class Content {
  /* Never fed: a copy takes a tenth of the time that it takes to look one up. */
  private static final MessageDigest SHA_256 = sha256();

  private Content() {}

  /// Covers everything but the reservation: the same usage may be sent again under another hold.
  public static Fingerprint of(UsageEvent event) {
    return ofWhole(
        event.getReservationId().isEmpty()
            ? event
            : event.toBuilder().clearReservationId().build());
  }

  /// Covers all of the message.
  public static Fingerprint ofWhole(Message sent) {
    var bytes = new byte[sent.getSerializedSize()];
    var out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    try {
      sent.writeTo(out);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return Fingerprint.of(digest().digest(bytes));
  }

  /// Stands for the tenant's id in the table. That of usage is older than the others, and so are
  /// its bytes, which begin with a tenant and never with a zero.
  public static Fingerprint key(String table, String tenant, String eventId) {
    var digest = digest();
    if (!table.equals(Entry.USAGE_TABLE)) {
      digest.update((byte) 0);
      digest.update(table.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
    }
    digest.update(tenant.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    digest.update(eventId.getBytes(StandardCharsets.UTF_8));
    return Fingerprint.of(digest.digest());
  }

  private static MessageDigest digest() {
    try {
      return (MessageDigest) SHA_256.clone();
    } catch (CloneNotSupportedException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}

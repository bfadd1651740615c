package dev.tollgate.ingest.log;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Entries as bytes: a kind, then its fields in order.
final class EntryCodec {
  private static final int USAGE = 1;
  private static final int GIVE_BACK = 2;
  private static final int SEAL = 3;
  private static final int COMMIT = 4;
  private static final int SETTLED = 5;
  private static final int CORRECTION = 6;

  /* As `USAGE`, and of the tokens, how many were output. */
  private static final int SPLIT_USAGE = 7;
  private static final int FACT = 8;

  /* As `SPLIT_USAGE`, and after the tokens what counts without a reservation. */
  private static final int DEBITED_USAGE = 9;

  private static final int USER = 10;

  private static final int SPLIT = 20;
  private static final int LETTER = 21;
  private static final int REPLAY = 22;

  /* What an entry takes besides its rows and dimensions, mostly. */
  private static final int FIELDS_BYTES = 256;

  private static final int CONTENT_BYTES = 16;

  private EntryCodec() {}

  static byte[] encode(Entry entry) {
    var bytes = new ByteArrayOutputStream(FIELDS_BYTES + bytes(entry));
    try (var out = new DataOutputStream(bytes)) {
      switch (entry) {
        case Entry.Usage usage -> write(usage, out);
        case Entry.Fact fact -> write(fact, out);
        case Entry.Correction correction -> {
          out.writeByte(CORRECTION);
          out.writeUTF(correction.tenant());
          out.writeUTF(correction.eventId());
          write(correction.reversal(), out);
          write(correction.adjustment(), out);
        }
        case Entry.User user -> {
          out.writeByte(USER);
          write(user.row(), out);
        }
        case Entry.GiveBack giveBack -> {
          out.writeByte(GIVE_BACK);
          out.writeUTF(giveBack.tenant());
          out.writeUTF(giveBack.reservationId());
        }
        case Entry.Seal seal -> {
          out.writeByte(SEAL);
          out.writeLong(seal.first());
          out.writeLong(seal.last());
        }
        case Entry.Commit commit -> {
          out.writeByte(COMMIT);
          out.writeLong(commit.last());
        }
        case Entry.Settled settled -> {
          out.writeByte(SETTLED);
          out.writeLong(settled.through());
        }
        case Entry.Split split -> {
          out.writeByte(SPLIT);
          out.writeLong(split.last());
          out.writeUTF(split.token());
        }
        case Entry.Letter letter -> write(letter, out);
        case Entry.Replay replay -> {
          out.writeByte(REPLAY);
          out.writeLong(replay.letter());
          out.writeUTF(replay.stage().name());
        }
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  private static int bytes(Entry entry) {
    var dimensions = entry instanceof Entry.Usage usage ? usage.debit().dimensions().length : 0;
    return dimensions + entry.rows().stream().mapToInt(row -> row.length).sum();
  }

  /// @throws IllegalArgumentException on a kind that this version doesn't know
  static Entry decode(byte[] bytes) {
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      var kind = in.readByte();
      return switch (kind) {
        case USAGE, SPLIT_USAGE, DEBITED_USAGE -> readUsage(in, kind);
        case FACT -> readFact(in);
        case USER -> new Entry.User(readBytes(in));
        case GIVE_BACK -> new Entry.GiveBack(in.readUTF(), in.readUTF());
        case SEAL -> new Entry.Seal(in.readLong(), in.readLong());
        case COMMIT -> new Entry.Commit(in.readLong());
        case SETTLED -> new Entry.Settled(in.readLong());
        case SPLIT -> new Entry.Split(in.readLong(), in.readUTF());
        case LETTER -> readLetter(in);
        case REPLAY -> new Entry.Replay(in.readLong(), Entry.Stage.valueOf(in.readUTF()));
        case CORRECTION ->
            new Entry.Correction(in.readUTF(), in.readUTF(), readBytes(in), readBytes(in));
        default ->
            throw new IllegalArgumentException(
                "kind of record: " + kind + " (expected: one that this release knows)");
      };
    } catch (IOException tooShort) {
      throw new UncheckedIOException(tooShort);
    }
  }

  static Glimpse glimpse(Frame frame) {
    var in = ByteBuffer.wrap(frame.body());
    return switch (in.get()) {
      case USAGE, SPLIT_USAGE, DEBITED_USAGE -> {
        skipText(in);
        skipText(in);
        yield glimpse(frame, Entry.USAGE_TABLE, 1, true, in.getLong(in.position() + CONTENT_BYTES));
      }
      case FACT -> {
        var kind = new byte[in.getShort()];
        in.get(kind);
        skipText(in);
        skipText(in);
        var received = in.getLong(in.position() + CONTENT_BYTES);
        yield glimpse(frame, new String(kind, StandardCharsets.US_ASCII), 1, true, received);
      }
      case USER -> glimpse(frame, Entry.USER_TABLE, 1, false, 0);
      case CORRECTION -> glimpse(frame, Entry.USAGE_TABLE, 2, false, 0);
      default -> glimpse(frame, "", 0, false, 0);
    };
  }

  private static Glimpse glimpse(
      Frame frame, String table, int rows, boolean isAccepted, long received) {
    return new Glimpse(frame.position(), table, rows, frame.size(), isAccepted, received);
  }

  private static void skipText(ByteBuffer in) {
    var length = Short.toUnsignedInt(in.getShort());
    in.position(in.position() + length);
  }

  private static void write(Entry.Usage usage, DataOutputStream out) throws IOException {
    out.writeByte(DEBITED_USAGE);
    out.writeUTF(usage.tenant());
    out.writeUTF(usage.eventId());
    out.writeLong(usage.fingerprint().high());
    out.writeLong(usage.fingerprint().low());
    out.writeLong(usage.receivedMillis());
    out.writeLong(usage.eventMillis());
    var debit = usage.debit();
    out.writeUTF(debit.reservationId());
    out.writeBoolean(debit.unpriced());
    out.writeUTF(debit.currency());
    out.writeLong(debit.costNanos());
    out.writeLong(debit.tokens());
    out.writeLong(debit.outputTokens());
    out.writeLong(debit.checkedMillis());
    write(debit.dimensions(), out);
    write(usage.row(), out);
  }

  private static void write(Entry.Fact fact, DataOutputStream out) throws IOException {
    out.writeByte(FACT);
    out.writeUTF(fact.kind());
    out.writeUTF(fact.tenant());
    out.writeUTF(fact.id());
    out.writeLong(fact.fingerprint().high());
    out.writeLong(fact.fingerprint().low());
    out.writeLong(fact.receivedMillis());
    out.writeLong(fact.eventMillis());
    write(fact.row(), out);
  }

  private static Entry readFact(DataInputStream in) throws IOException {
    return new Entry.Fact(
        in.readUTF(),
        in.readUTF(),
        in.readUTF(),
        new Fingerprint(in.readLong(), in.readLong()),
        in.readLong(),
        in.readLong(),
        readBytes(in));
  }

  private static void write(Entry.Letter letter, DataOutputStream out) throws IOException {
    out.writeByte(LETTER);
    out.writeUTF(letter.logId());
    out.writeLong(letter.position());
    out.writeLong(letter.batch());
    out.writeUTF(String.join(",", letter.columns()));
    out.writeInt(letter.code());
    out.writeLong(letter.setAsideMillis());
    write(encode(letter.refused()), out);
  }

  private static Entry readLetter(DataInputStream in) throws IOException {
    return new Entry.Letter(
        in.readUTF(),
        in.readLong(),
        in.readLong(),
        List.of(in.readUTF().split(",")),
        in.readInt(),
        in.readLong(),
        decode(readBytes(in)));
  }

  private static void write(byte[] row, DataOutputStream out) throws IOException {
    out.writeInt(row.length);
    out.write(row);
  }

  private static byte[] readBytes(DataInputStream in) throws IOException {
    var row = new byte[in.readInt()];
    in.readFully(row);
    return row;
  }

  private static Entry readUsage(DataInputStream in, int kind) throws IOException {
    var tenant = in.readUTF();
    var eventId = in.readUTF();
    var fingerprint = new Fingerprint(in.readLong(), in.readLong());
    var received = in.readLong();
    var eventTime = in.readLong();
    var isDebited = kind == DEBITED_USAGE;
    var debit =
        new Entry.Debit(
            in.readUTF(),
            in.readBoolean(),
            in.readUTF(),
            in.readLong(),
            in.readLong(),
            kind == USAGE ? 0 : in.readLong(),
            isDebited ? in.readLong() : 0,
            isDebited ? readBytes(in) : new byte[0]);
    return new Entry.Usage(tenant, eventId, fingerprint, received, eventTime, debit, readBytes(in));
  }
}

package dev.tollgate.load.check;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.CommandArgs;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;

/// One command that the product sent to Redis: a script with its keys and arguments. It can be sent
/// again as if for other reservations, whose ids differ in the middle.
final class Sent {
  /* A record's key ends with the id of its reservation, as 22 characters of base64 for 16 bytes.
  Wherever the text or the bytes stand, the characters from VARIED_FROM are replaced by the round. */
  private static final String RECORD = ":r:";
  private static final int VARIED_FROM = 8;
  private static final int VARIED = 6;
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  private static final int DIGIT_BITS = 6;

  /// Where an id stands: as text or as bytes.
  private record Place(int argument, int offset, String id, boolean text) {}

  private final List<byte[]> arguments;
  private final List<String> ids;
  private final List<Place> places = new ArrayList<>();

  /// @param arguments behind EVALSHA: digest, number of keys, keys, the rest
  Sent(List<byte[]> arguments) {
    this.arguments = List.copyOf(arguments);
    var keys = Integer.parseInt(new String(arguments.get(1), StandardCharsets.US_ASCII));
    var found = new LinkedHashSet<String>();
    for (var key : arguments.subList(2, 2 + keys)) {
      var text = new String(key, StandardCharsets.ISO_8859_1);
      var at = text.indexOf(RECORD);
      if (at >= 0) {
        found.add(text.substring(at + RECORD.length()));
      }
    }
    ids = List.copyOf(found);
    for (int i = 2; i < arguments.size(); i++) {
      for (var id : ids) {
        find(i, id, id.getBytes(StandardCharsets.US_ASCII), true);
        find(i, id, Base64.getUrlDecoder().decode(id), false);
      }
    }
  }

  private void find(int argument, String id, byte[] wanted, boolean text) {
    var in = arguments.get(argument);
    for (int at = 0; at + wanted.length <= in.length; at++) {
      if (Arrays.equals(in, at, at + wanted.length, wanted, 0, wanted.length)) {
        places.add(new Place(argument, at, id, text));
      }
    }
  }

  /// How many verbs are in it: each has the record of one reservation.
  int verbs() {
    return ids.size();
  }

  List<String> ids() {
    return ids;
  }

  /// The arguments for that round.
  CommandArgs<byte[], byte[]> args(int round) {
    var varied = new byte[arguments.size()][];
    for (var place : places) {
      var argument = varied[place.argument()];
      if (argument == null) {
        argument = arguments.get(place.argument()).clone();
        varied[place.argument()] = argument;
      }
      var id = id(place.id(), round);
      var bytes =
          place.text() ? id.getBytes(StandardCharsets.US_ASCII) : Base64.getUrlDecoder().decode(id);
      System.arraycopy(bytes, 0, argument, place.offset(), bytes.length);
    }
    var args = new CommandArgs<>(ByteArrayCodec.INSTANCE);
    for (int i = 0; i < varied.length; i++) {
      args.add(varied[i] == null ? arguments.get(i) : varied[i]);
    }
    return args;
  }

  static String id(String id, int round) {
    var varied = id.toCharArray();
    var rest = round;
    for (int i = 0; i < VARIED; i++) {
      varied[VARIED_FROM + i] = ALPHABET.charAt(rest & (ALPHABET.length() - 1));
      rest >>>= DIGIT_BITS;
    }
    return new String(varied);
  }
}

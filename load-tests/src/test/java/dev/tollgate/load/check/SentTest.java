package dev.tollgate.load.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SentTest {
  private static final byte[] RAW = HexFormat.of().parseHex("00112233445566778899aabbccddeeff");
  private static final String ID = Base64.getUrlEncoder().withoutPadding().encodeToString(RAW);

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String encoded(Sent sent, int round) {
    var buffer = Unpooled.buffer();
    sent.args(round).encode(buffer);
    return buffer.toString(StandardCharsets.ISO_8859_1);
  }

  @Test
  void args_ofARound_haveAnotherIdWhereverItStands() {
    var raw = new String(RAW, StandardCharsets.ISO_8859_1);
    var sent =
        new Sent(
            List.of(
                bytes("digest"),
                bytes("2"),
                bytes("{t}:r:" + ID),
                bytes("{t}:b:all"),
                bytes("x" + ID + "y" + ID),
                bytes("<" + raw + ">")));

    var other = Sent.id(ID, 77);
    var otherRaw = new String(Base64.getUrlDecoder().decode(other), StandardCharsets.ISO_8859_1);

    assertThat(sent.verbs()).isEqualTo(1);
    assertThat(other).hasSameSizeAs(ID).isNotEqualTo(ID).isNotEqualTo(Sent.id(ID, 78));
    assertThat(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(otherRaw)))
        .isEqualTo(other);
    assertThat(encoded(sent, 77))
        .contains("{t}:r:" + other, "x" + other + "y" + other, "<" + otherRaw + ">", "{t}:b:all")
        .doesNotContain(ID)
        .doesNotContain(raw);
    assertThat(encoded(sent, 78)).doesNotContain(other);
  }

  @Test
  void parse_lineOfMonitor_givesTheBytesThatWereSent() {
    var line =
        "1764300000.123456 [0 127.0.0.1:5000] \"EVALSHA\" \"abc\" \"1\" \"{t}:r:x\""
            + " \"a\\x00\\xff\\\"\\\\\\n\\r\\t\\a\\b z\" \"\"";

    assertThat(Monitor.parse(line).orElseThrow())
        .containsExactly(
            bytes("abc"),
            bytes("1"),
            bytes("{t}:r:x"),
            bytes("a\u0000\u00ff\"\\\n\r\t\u0007\b z"),
            bytes(""));
  }

  @Test
  void parse_linesOfOtherCommandsAndOfScriptsThemselves_areNothing() {
    assertThat(Monitor.parse("1.1 [0 127.0.0.1:5000] \"GET\" \"k\"")).isEqualTo(Optional.empty());
    assertThat(Monitor.parse("1.1 [0 lua] \"EVALSHA\" \"k\"")).isEmpty();
    assertThat(Monitor.parse("OK")).isEmpty();
  }
}

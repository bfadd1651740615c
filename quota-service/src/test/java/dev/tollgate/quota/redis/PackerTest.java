package dev.tollgate.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.quota.redis.Unpacker.Kind;
import dev.tollgate.seed.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class PackerTest {
  /* The lengths and numbers around which the form changes. */
  private static final int[] EDGES = {0, 1, 15, 16, 31, 32, 255, 256, 65_535, 65_536};
  private static final String NOTHING = "nothing";

  @Test
  void anything_packed_isUnpackedTheSame() {
    Seeds.check(
        "packer",
        300,
        10_000,
        (seed, random) -> {
          var values = values(random, 2);
          var out = new Packer();
          values.forEach(value -> pack(out, value));
          var packed = out.take();

          var in = new Unpacker(packed);
          for (var value : values) {
            var one = in.copy().one();
            assertThat(unpack(one)).isEqualTo(value);
            assertThat(one.isAtEnd()).isTrue();
            in.skip();
          }
          assertThat(in.isAtEnd()).isTrue();
        });
  }

  @Test
  void text_ofParts_isTheTextOfTheirBytes() {
    for (int length : EDGES) {
      var out = new Packer().text("before");
      var outer = out.open();
      var inner = out.open();
      for (int i = 0; i < length; i++) {
        out.integer(0);
      }
      out.close(inner).integer(7);
      out.close(outer).decimal(1_800_000_000_000L);

      var part = new Packer().bytes(new byte[length]).integer(7).take();
      assertThat(out.take())
          .isEqualTo(new Packer().text("before").bytes(part).text("1800000000000").take());
    }
  }

  @Test
  void integers_atTheEdges_takeTheirShortestForm() {
    var out = new Packer();
    for (long value : new long[] {0, 127, 128, 256, 65_536, 1L << 32, -1, -32, -33, -129}) {
      out.integer(value);
    }
    assertThat(HexFormat.of().formatHex(out.take()))
        .isEqualTo(
            "00"
                + "7f"
                + "cc80"
                + "cd0100"
                + "ce00010000"
                + "cf0000000100000000"
                + "ff"
                + "e0"
                + "d0df"
                + "d1ff7f");
  }

  @Test
  void emptyTable_ofLua_isAnArrayInBothForms() {
    assertThat(new Unpacker(new byte[] {(byte) 0x80}).array()).isZero();
    assertThat(new Unpacker(new byte[] {(byte) 0x90}).array()).isZero();
    assertThatThrownBy(() -> new Unpacker(new byte[] {(byte) 0x81, 1, 1}).array())
        .hasMessageContaining("expected: an array");
  }

  @Test
  void value_ofAnotherKind_isRefused() {
    var text = new Packer().text("x").take();

    assertThatThrownBy(() -> new Unpacker(text).integer())
        .hasMessage("msgpack: head 0xa1 before byte 0 (expected: an integer)");
    assertThatThrownBy(() -> new Unpacker(new Packer().integer(1).take()).text())
        .hasMessageContaining("expected: a string");
  }

  @Test
  void value_cutShort_isRefused() {
    var whole = new Packer().array(2).text("tenant").integer(1L << 40).take();

    for (int length = 0; length < whole.length; length++) {
      var part = java.util.Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> new Unpacker(part).skip()).hasMessageContaining("it ends");
    }
  }

  @Test
  void noneOfLua_nilOrFalse_isEmpty() {
    var in = new Unpacker(new Packer().nil().bool(false).text("x").take());

    assertThat(in.bytesIfAny()).isEmpty();
    assertThat(in.bytesIfAny()).isEmpty();
    assertThat(in.bytesIfAny()).hasValue("x".getBytes(StandardCharsets.UTF_8));
  }

  private static List<Object> values(RandomGenerator random, int depth) {
    var values = new ArrayList<>();
    var count = depth == 0 ? random.nextInt(40) : random.nextInt(8);
    for (int i = 0; i < count; i++) {
      values.add(
          switch (random.nextInt(depth == 0 ? 4 : 5)) {
            case 0 -> NOTHING;
            case 1 -> random.nextBoolean();
            case 2 -> number(random);
            case 3 -> "é".repeat(EDGES[random.nextInt(EDGES.length)] / 2);
            default -> values(random, depth - 1);
          });
    }
    return values;
  }

  private static long number(RandomGenerator random) {
    var edge = 1L << random.nextInt(63);
    return (random.nextBoolean() ? edge : -edge) + random.nextInt(-1, 2);
  }

  private static void pack(Packer out, Object value) {
    switch (value) {
      case Boolean bool -> out.bool(bool);
      case Long number -> out.integer(number);
      case String text when text.equals(NOTHING) -> out.nil();
      case String text -> out.text(text);
      case List<?> list -> {
        out.array(list.size());
        list.forEach(element -> pack(out, element));
      }
      default -> throw new AssertionError(value);
    }
  }

  private static Object unpack(Unpacker in) {
    var kind = in.next();
    if (kind == Kind.ARRAY) {
      var list = new ArrayList<>();
      for (int left = in.array(); left > 0; left--) {
        list.add(unpack(in));
      }
      return list;
    }
    return switch (kind) {
      case NIL -> {
        in.nil();
        yield NOTHING;
      }
      case BOOL -> in.bool();
      case INTEGER -> in.integer();
      case TEXT -> in.text();
      default -> throw new AssertionError(kind);
    };
  }
}

package dev.tollgate.ingest.encode;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RowBinaryTest {
  @Test
  void numbers_areLittleEndian() {
    assertThat(new RowBinary().int8(-1).int16(0x0102).int32(0x01020304).int64(-2).toBytes())
        .containsExactly(-1, 2, 1, 4, 3, 2, 1, -2, -1, -1, -1, -1, -1, -1, -1);
  }

  @Test
  void text_longerThan127Bytes_hasALengthOfTwoBytes() {
    assertThat(new RowBinary().text("ä").toBytes()).containsExactly(2, 0xc3, 0xa4);
    assertThat(new RowBinary().text("x".repeat(300)).toBytes())
        .hasSize(302)
        .startsWith(0xac, 0x02, 'x');
  }

  @Test
  void collections_beginWithTheirSize() {
    var map = new TreeMap<String, Long>();
    map.put("b", 1L);
    map.put("a", 2L);

    assertThat(new RowBinary().texts(List.of("p")).toBytes()).containsExactly(1, 1, 'p');
    assertThat(new RowBinary().int64ByText(map).toBytes())
        .containsExactly(2, 1, 'a', 2, 0, 0, 0, 0, 0, 0, 0, 1, 'b', 1, 0, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void text_anyCharacters_isUtf8() {
    for (var text : List.of("", "a", "aé", "日本", "a😀b", "x".repeat(2_000) + "é")) {
      var utf8 = text.getBytes(StandardCharsets.UTF_8);
      var expected = new RowBinary(1);
      if (utf8.length > 0x7f) {
        expected.int8((utf8.length & 0x7f) | 0x80).int8(utf8.length >>> 7);
      } else {
        expected.int8(utf8.length);
      }

      assertThat(new RowBinary(1).text(text).toBytes()).isEqualTo(expected.fixed(utf8).toBytes());
    }
  }

  @Test
  void values_beyondTheRoomAtFirst_areKept() {
    for (int room = 1; room < 40; room++) {
      var row = new RowBinary(room).int8(1).int16(2).int32(3).int64(4).text("ab").float64(0);

      assertThat(row.toBytes())
          .containsExactly(
              1, 2, 0, 3, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 2, 'a', 'b', 0, 0, 0, 0, 0, 0, 0, 0);
    }
  }
}

package dev.tollgate.ingest.encode;

import static org.assertj.core.api.Assertions.assertThat;

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
}

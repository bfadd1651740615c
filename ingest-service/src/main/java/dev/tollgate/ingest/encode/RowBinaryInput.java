package dev.tollgate.ingest.encode;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads texts back that were written as ClickHouse's RowBinary.
final class RowBinaryInput {
  private final byte[] bytes;
  private int position;

  RowBinaryInput(byte[] bytes) {
    this.bytes = bytes;
  }

  String text() {
    var size = size();
    var text = new String(bytes, position, size, StandardCharsets.UTF_8);
    position += size;
    return text;
  }

  List<String> texts() {
    var texts = new ArrayList<String>();
    for (int left = size(); left > 0; left--) {
      texts.add(text());
    }
    return texts;
  }

  Map<String, String> textByText() {
    var map = new LinkedHashMap<String, String>();
    for (int left = size(); left > 0; left--) {
      var key = text();
      map.put(key, text());
    }
    return map;
  }

  private int size() {
    var size = 0;
    for (int shift = 0; ; shift += 7) {
      var next = bytes[position++];
      size |= (next & 0x7f) << shift;
      if (next >= 0) {
        return size;
      }
    }
  }
}

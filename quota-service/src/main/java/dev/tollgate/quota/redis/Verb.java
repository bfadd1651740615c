package dev.tollgate.quota.redis;

import java.util.List;

/// One step of one verb, on its way into a batch. All its keys have one tenant's hash tag.
///
/// Its methods are called on an event loop: none may block.
public interface Verb<T> {
  /// Its keys. The same bytes in two verbs of a batch are declared once.
  List<byte[]> keys();

  /// Writes the rest: an array of msgpack whose first element is the verb's letter.
  ///
  /// @param index where `keys().get(i)` is in KEYS, counted from 1: to be written where the script
  ///   wants a key; valid during the call
  void pack(Packer out, int[] index);

  /// Settlements go before checks within a batch: smaller first.
  int order();

  /// Reads the script's answer to it.
  T read(Unpacker answer);
}

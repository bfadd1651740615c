package dev.tollgate.quota.redis;

import java.util.Optional;

/// Why a script has no answer, in the terms of who has to go on. Has no stack trace.
final class Trouble extends RuntimeException {
  enum Kind {
    /// The slot is another node's: nothing ran.
    MOVED,
    /// This once, the other node is to be asked: nothing ran.
    ASK,
    /// The slot is on its way between nodes: nothing ran.
    TRY_AGAIN,
    /// The node serves nobody now, and says so: nothing ran.
    REFUSED,
    /// The node is no longer one that may be written to: nothing ran.
    DEMOTED,
    /// The connection was lost: it may have run.
    LOST,
    /// It ran, but no replica has it yet.
    NOT_REPLICATED
  }

  private final Kind kind;
  private final String address;

  private Trouble(Kind kind, String message, String address) {
    super(message, null, false, false);
    this.kind = kind;
    this.address = address;
  }

  static Trouble of(Kind kind, String message) {
    return new Trouble(kind, message, "");
  }

  /// What an error of Redis means; empty where it is a defect of ours.
  static Optional<Trouble> told(String error) {
    var words = error.split(" ", 4);
    return switch (words[0]) {
      case "ERR", "WRONGTYPE", "CROSSSLOT", "NOSCRIPT" -> Optional.empty();
      case "MOVED" -> Optional.of(elsewhere(Kind.MOVED, words));
      case "ASK" -> Optional.of(elsewhere(Kind.ASK, words));
      case "TRYAGAIN" -> Optional.of(of(Kind.TRY_AGAIN, "TRYAGAIN"));
      case "READONLY", "MASTERDOWN" -> Optional.of(of(Kind.DEMOTED, words[0]));
      default -> Optional.of(of(Kind.REFUSED, words[0]));
    };
  }

  private static Trouble elsewhere(Kind kind, String[] words) {
    return new Trouble(kind, words[0], words.length > 2 ? words[2] : "");
  }

  Kind kind() {
    return kind;
  }

  /// Of MOVED and ASK: the other node.
  String address() {
    return address;
  }
}

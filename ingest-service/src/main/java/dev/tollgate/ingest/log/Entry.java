package dev.tollgate.ingest.log;

import java.util.List;

/// What one record of the log says.
public sealed interface Entry {
  /// The table of usage, and of corrections of it.
  String USAGE_TABLE = "usage_events";

  /// The table of whose the surrogates are.
  String USER_TABLE = "control_users";

  /// What was accepted from a caller, and counts once by its id within tenant and table.
  sealed interface Accepted extends Entry {
    String tenant();

    String id();

    /// Of what the caller sent.
    Fingerprint fingerprint();

    long receivedMillis();

    /// By which it is told whether the ledger may know its id.
    long eventMillis();
  }

  /// An accepted event: its ledger row, and what dedupe and settlement need of it.
  ///
  /// @param row the ledger row as RowBinary, in the order of the segment's columns, without those
  ///   that only the log knows (see `ledger.Batch`)
  @SuppressWarnings("ArrayRecordComponent") // handed on, never changed or compared
  record Usage(
      String tenant,
      String eventId,
      Fingerprint fingerprint,
      long receivedMillis,
      long eventMillis,
      Debit debit,
      byte[] row)
      implements Accepted {
    @Override
    public String id() {
      return eventId;
    }
  }

  /// Something else that counts once, and moves nothing in the quota.
  ///
  /// @param kind the table that it goes to
  /// @param eventMillis 0 where the ledger knows the id at any age, whatever the time
  /// @param row as in `Usage`, but of that table
  @SuppressWarnings("ArrayRecordComponent") // handed on, never changed or compared
  record Fact(
      String kind,
      String tenant,
      String id,
      Fingerprint fingerprint,
      long receivedMillis,
      long eventMillis,
      byte[] row)
      implements Accepted {}

  /// What an accepted event moves in the quota.
  ///
  /// @param reservationId empty where the event names none
  /// @param currency empty where unpriced
  /// @param outputTokens of the tokens; 0 in what an earlier release wrote
  /// @param checkedMillis when the call was checked, as far as is known; 0 in what an earlier
  ///   release wrote
  /// @param dimensions the message, by which it counts where it was not held; empty where it must
  ///   not, and in what an earlier release wrote
  @SuppressWarnings("ArrayRecordComponent") // handed on, never changed or compared
  record Debit(
      String reservationId,
      boolean unpriced,
      String currency,
      long costNanos,
      long tokens,
      long outputTokens,
      long checkedMillis,
      byte[] dimensions) {
    /// Of a call that counts only where it was held.
    public Debit(
        String reservationId,
        boolean unpriced,
        String currency,
        long costNanos,
        long tokens,
        long outputTokens) {
      this(reservationId, unpriced, currency, costNanos, tokens, outputTokens, 0, new byte[0]);
    }
  }

  /// A correction of one event's charge: what takes the latest entry back, and what takes its
  /// place. One record, so that the ledger never has one of them without the other. It touches
  /// neither dedupe nor the quota.
  ///
  /// @param reversal a ledger row, as in `Usage`
  /// @param adjustment a ledger row, as in `Usage`
  @SuppressWarnings("ArrayRecordComponent") // handed on, never changed or compared
  record Correction(String tenant, String eventId, byte[] reversal, byte[] adjustment)
      implements Entry {}

  /// Whose a surrogate is that later records carry.
  ///
  /// @param row as in `Usage`, but of `control_users`
  @SuppressWarnings("ArrayRecordComponent") // handed on, never changed or compared
  record User(byte[] row) implements Entry {}

  /// A duplicate named this reservation: if it is still open, nobody is going to settle it.
  record GiveBack(String tenant, String reservationId) implements Entry {}

  /// The rows from `first` to `last` are one batch for ever, whatever happens from here on.
  record Seal(long first, long last) implements Entry {}

  /// The ledger has the batch whose last position this is, and all before it.
  record Commit(long last) implements Entry {}

  /// The quota has every settlement up to this position.
  record Settled(long through) implements Entry {}

  /// A part of the batch whose last position this is was refused, and goes out as its two halves
  /// for ever, each under a token of its own.
  record Split(long last, String token) implements Entry {}

  /// What the ledger refuses, set aside; in a log of such only.
  ///
  /// @param logId of the log in which it is
  /// @param position in that log
  /// @param batch the last position of its batch
  /// @param columns of its rows
  /// @param code by which the ledger refused it
  /// @param refused what was to be stored
  record Letter(
      String logId,
      long position,
      long batch,
      List<String> columns,
      int code,
      long setAsideMillis,
      Entry refused)
      implements Entry {}

  /// How far the replay of a letter is.
  enum Stage {
    /// It is going to be stored: it may be already.
    BEGUN,
    STORED,
    /// It was refused again, and waits as before.
    REFUSED,
    /// The ledger has something else under its id, so that it must not count any more.
    KNOWN
  }

  /// How far the replay is of the letter at the position in this log.
  record Replay(long letter, Stage stage) implements Entry {}

  /// Whether it must be taken when the log is full: without these it would never drain.
  default boolean frees() {
    return switch (this) {
      case Usage _, Fact _, Correction _, User _, GiveBack _, Letter _ -> false;
      case Seal _, Commit _, Settled _, Split _, Replay _ -> true;
    };
  }

  /// Where its rows go; empty where it has none.
  default String table() {
    return switch (this) {
      case Usage _, Correction _ -> USAGE_TABLE;
      case Fact fact -> fact.kind();
      case User _ -> USER_TABLE;
      case GiveBack _, Seal _, Commit _, Settled _, Split _, Letter _, Replay _ -> "";
    };
  }

  /// What goes into the ledger for it, in this order.
  default List<byte[]> rows() {
    return switch (this) {
      case Usage usage -> List.of(usage.row());
      case Fact fact -> List.of(fact.row());
      case User user -> List.of(user.row());
      case Correction correction -> List.of(correction.reversal(), correction.adjustment());
      case GiveBack _, Seal _, Commit _, Settled _, Split _, Letter _, Replay _ -> List.of();
    };
  }
}

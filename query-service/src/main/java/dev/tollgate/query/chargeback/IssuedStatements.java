package dev.tollgate.query.chargeback;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.tollgate.failure.Failure;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.kernel.control.Entry;
import dev.tollgate.proto.query.v1.GetStatementResponse;
import java.util.List;
import java.util.function.Supplier;

/// The statements that tenants issued, in their order; none of them ever changes. Blocks; safe for
/// concurrent use, by any number of processes.
public final class IssuedStatements {
  /// Of the control table.
  public static final String TABLE = "statements";

  private static final String ID = "statements";

  private final Supplier<ControlTable> table;

  public IssuedStatements(Supplier<ControlTable> table) {
    this.table = table;
  }

  /// From the first one on.
  List<GetStatementResponse> of(String tenant) {
    return of(tenant, 0);
  }

  /// Those after so many.
  List<GetStatementResponse> of(String tenant, long after) {
    return table.get().since(tenant, ID, after).stream().map(IssuedStatements::stored).toList();
  }

  /// Appends a statement to so many.
  ///
  /// @throws Failure WRITE_CONFLICT where there are more by now
  void append(String tenant, long before, GetStatementResponse statement, String actor) {
    try {
      var json = JsonFormat.printer().omittingInsignificantWhitespace().print(statement);
      table.get().append(tenant, ID, before, json, actor);
    } catch (InvalidProtocolBufferException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static GetStatementResponse stored(Entry entry) {
    try {
      var statement = GetStatementResponse.newBuilder();
      JsonFormat.parser().ignoringUnknownFields().merge(entry.content(), statement);
      return statement.build();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(
          "statement " + entry.tenant() + "/" + entry.version() + " can't be read", e);
    }
  }
}

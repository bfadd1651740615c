package dev.tollgate.quota.budget;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.tollgate.failure.Failure;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.kernel.control.Entry;
import dev.tollgate.kernel.field.Fields;
import java.util.HashMap;
import java.util.Map;

/// Every tenant's check rules: stored in `control_check_rules`, held in memory, followed by
/// polling. What is written here binds here at once, on other instances with their next poll. While
/// the table can't be read, the last known rules stay in force.
public final class TenantRules implements AutoCloseable {
  private static final String ENTRY = "check-rules";

  private final ControlTable table;
  private final Poll poll = new Poll("check rules", this::refresh);
  private volatile Map<String, CheckRules> rules = Map.of();
  private long sizeSeen = -1;

  private TenantRules(ControlTable table) {
    this.table = table;
  }

  /// Reads all rules and starts to follow them. Blocks.
  public static TenantRules follow(ControlTable table) {
    var rules = new TenantRules(table);
    rules.refresh();
    rules.poll.start();
    return rules;
  }

  /// The tenant's rules as this instance knows them. Does not block.
  public CheckRules of(String tenant) {
    return rules.getOrDefault(tenant, CheckRules.DEFAULT);
  }

  /// Writes rules on top of the version that they name, or finds that they were; else
  /// WRITE_CONFLICT. Blocks.
  public synchronized CheckRules update(String tenant, CheckRules wanted, String actor) {
    refresh();
    var known = of(tenant);
    if (known.areWritten(wanted)) {
      return known;
    }
    var written = rules(table.append(tenant, ENTRY, wanted.version(), json(wanted), actor));
    var changed = new HashMap<>(rules);
    changed.put(tenant, written);
    rules = Map.copyOf(changed);
    return written;
  }

  /// Reads what was written since the last time. Blocks.
  public synchronized void refresh() {
    var size = table.size();
    if (size == sizeSeen) {
      return;
    }
    var read = new HashMap<String, CheckRules>();
    for (var entry : table.latest()) {
      read.put(entry.tenant(), rules(entry));
    }
    rules = Map.copyOf(read);
    sizeSeen = size;
  }

  private static String json(CheckRules rules) {
    try {
      return JsonFormat.printer()
          .omittingInsignificantWhitespace()
          .print(CheckRulesForm.print(rules).toBuilder().clearVersion().clearUpdateTime());
    } catch (InvalidProtocolBufferException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /* The table knows version and time. */
  private static CheckRules rules(Entry entry) {
    try {
      var form = dev.tollgate.proto.budget.v1.CheckRules.newBuilder();
      JsonFormat.parser().merge(entry.content(), form);
      var fields = new Fields();
      var read =
          CheckRulesForm.parse(fields, form.setVersion(entry.version()).build(), entry.writeTime());
      fields.check();
      return read;
    } catch (InvalidProtocolBufferException | Failure e) {
      throw new IllegalStateException("check rules of " + entry.tenant() + " can't be read", e);
    }
  }

  @Override
  public void close() {
    poll.close();
  }
}

package dev.tollgate.quota.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.control.ControlTable;
import dev.tollgate.kernel.control.Entry;
import java.util.List;
import java.util.Optional;

/// All tenants, in the control table `control_tenants`. Blocking; safe for concurrent use.
final class Tenants {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ENTRY = "tenant";

  private final ControlTable table;

  Tenants(ControlTable table) {
    this.table = table;
  }

  /// Idempotent with the same name, else TENANT_EXISTS.
  StoredTenant create(String id, String displayName, String actor) {
    var content = JSON.createObjectNode().put("display_name", displayName).toString();
    var tenant = find(id).orElseGet(() -> written(id, content, actor));
    if (!tenant.displayName().equals(displayName)) {
      throw Failure.of(Reason.TENANT_EXISTS, id + ": there is one with another display_name");
    }
    return tenant;
  }

  /// TENANT_UNKNOWN where it was never created.
  StoredTenant get(String id) {
    return find(id)
        .orElseThrow(
            () -> Failure.of(Reason.TENANT_UNKNOWN, id + ": no such tenant; create it first"));
  }

  /// By id.
  List<StoredTenant> list() {
    return table.latest().stream().map(Tenants::tenant).toList();
  }

  private Optional<StoredTenant> find(String id) {
    return table.read(id, ENTRY).map(Tenants::tenant);
  }

  /* Who loses the race for the first version finds the winner's. */
  private StoredTenant written(String id, String content, String actor) {
    try {
      return tenant(table.append(id, ENTRY, 0, content, actor));
    } catch (Failure lost) {
      if (lost.reason() != Reason.WRITE_CONFLICT) {
        throw lost;
      }
      return get(id);
    }
  }

  private static StoredTenant tenant(Entry entry) {
    try {
      var name = JSON.readTree(entry.content()).required("display_name").asText();
      return new StoredTenant(entry.tenant(), name, entry.writeTime());
    } catch (JsonProcessingException damaged) {
      throw new IllegalStateException(entry.tenant() + ": not JSON", damaged);
    }
  }
}

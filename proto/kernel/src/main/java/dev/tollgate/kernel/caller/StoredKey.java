package dev.tollgate.kernel.caller;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.kernel.control.Entry;
import dev.tollgate.proto.common.v1.Role;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// An API key of a tenant, as the control table `control_api_keys` keeps it: its hash, never
/// itself.
public record StoredKey(
    String id,
    String tenant,
    String displayName,
    Set<Role> roles,
    SortedMap<String, String> pins,
    String hash,
    Instant createTime,
    @Nullable Instant revokeTime) {
  /// The name of the control table.
  public static final String TABLE = "api_keys";

  private static final ObjectMapper JSON = new ObjectMapper();

  public boolean revoked() {
    return revokeTime != null;
  }

  /// The same key, good no more since that time.
  public StoredKey revoked(Instant at) {
    return new StoredKey(id, tenant, displayName, roles, pins, hash, createTime, at);
  }

  public Caller caller() {
    return new Caller(id, roles, tenant, pins);
  }

  /// Reads what [#content] wrote.
  public static StoredKey of(Entry entry) {
    try {
      var json = JSON.readTree(entry.content());
      var roles = EnumSet.noneOf(Role.class);
      json.required("roles").forEach(role -> roles.add(Role.valueOf(role.asText())));
      var pins = new TreeMap<String, String>();
      json.required("pinned_dimensions")
          .properties()
          .forEach(pin -> pins.put(pin.getKey(), pin.getValue().asText()));
      return new StoredKey(
          entry.id(),
          entry.tenant(),
          json.required("display_name").asText(),
          roles,
          pins,
          json.required("sha256").asText(),
          Instant.parse(json.required("create_time").asText()),
          json.hasNonNull("revoke_time") ? time(json.required("revoke_time")) : null);
    } catch (JsonProcessingException damaged) {
      throw new IllegalStateException(entry.tenant() + "/" + entry.id() + ": not JSON", damaged);
    }
  }

  /// As it is stored.
  public String content() {
    var json = JSON.createObjectNode();
    json.put("display_name", displayName);
    var names = json.putArray("roles");
    roles.stream().sorted().forEach(role -> names.add(role.name()));
    var dimensions = json.putObject("pinned_dimensions");
    new TreeMap<>(Map.copyOf(pins)).forEach(dimensions::put);
    json.put("sha256", hash);
    json.put("create_time", createTime.toString());
    if (revokeTime != null) {
      json.put("revoke_time", revokeTime.toString());
    }
    return json.toString();
  }

  private static Instant time(JsonNode node) {
    return Instant.parse(node.asText());
  }
}

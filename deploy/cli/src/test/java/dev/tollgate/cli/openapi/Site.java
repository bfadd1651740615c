package dev.tollgate.cli.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.cli.standalone.DataDirectory;
import dev.tollgate.cli.standalone.Part;
import dev.tollgate.cli.standalone.Standalone;
import dev.tollgate.client.TollgateClient;
import dev.tollgate.proto.access.v1.CreateApiKeyRequest;
import dev.tollgate.proto.access.v1.CreateTenantRequest;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.secret.Secret;
import dev.tollgate.time.TimeSource;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// The whole standalone, its documents' operations, and a tenant's key for each role.
final class Site implements AutoCloseable {
  private static final String TENANT = "acme";
  private static final String OTHER = "globex";
  private static final List<Role> ROLES =
      List.of(Role.ROLE_CALLER, Role.ROLE_READER, Role.ROLE_ADMIN);

  private final DataDirectory directory;
  private final Standalone standalone;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<Operation, Client> operations = new LinkedHashMap<>();
  private final Map<String, Secret> keys = new LinkedHashMap<>();
  private final Map<String, Secret> othersKeys = new LinkedHashMap<>();

  Site(Path folder) throws Exception {
    directory = DataDirectory.open(folder.resolve("data"));
    var options =
        new Standalone.Options(
            0,
            Optional.empty(),
            Optional.empty(),
            Duration.ofHours(1),
            Map.of("PATH", System.getenv("PATH")),
            Path.of(System.getProperty("tollgate.root")));
    standalone = Standalone.start(directory, options, TimeSource.SYSTEM, new SecureRandom());
    for (var part : List.of(Part.PRICING, Part.QUOTA, Part.INGEST, Part.QUERY)) {
      var client = new Client(http, standalone.http(part));
      client.document().operations().forEach(each -> operations.put(each, client));
    }
    try (var operator =
        TollgateClient.connect(standalone.endpoints(), standalone.keys().operator())) {
      for (var tenant : List.of(TENANT, OTHER)) {
        operator.createTenant(
            CreateTenantRequest.newBuilder().setTenantId(tenant).setDisplayName(tenant).build());
        for (var role : ROLES) {
          (tenant.equals(TENANT) ? keys : othersKeys).put(role.name(), key(operator, tenant, role));
        }
      }
    }
    awaitKeys();
  }

  private static Secret key(TollgateClient operator, String tenant, Role role) {
    var request =
        CreateApiKeyRequest.newBuilder().setDisplayName(role.name()).addRoles(role).build();
    return new Secret(operator.forTenant(tenant).createApiKey(request).getSecret());
  }

  /// Each service learns new keys by itself. What replaces something whole is not asked: nothing
  /// may be enough for it.
  private void awaitKeys() throws Exception {
    var simple =
        operations.keySet().stream()
            .filter(each -> !each.hasVariables() && !each.verb().equals("PUT"))
            .toList();
    for (var operation : simple) {
      for (var key : Stream.of(keys, othersKeys).flatMap(each -> each.values().stream()).toList()) {
        var nothing = operation.example().removeAll();
        while (sendWith(operation, nothing, Optional.of(key), Optional.empty()).status() == 401) {
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
      }
    }
  }

  List<Operation> operations() {
    return new ArrayList<>(operations.keySet());
  }

  /// By the tenant's key of a role that the document names, else by the operator.
  Answer send(Operation operation, ObjectNode request) throws Exception {
    for (var role : operation.roles()) {
      if (keys.containsKey(role)) {
        return sendWith(operation, request, Optional.of(keys.get(role)), Optional.empty());
      }
    }
    return sendWith(
        operation,
        request,
        Optional.of(standalone.keys().operator()),
        operation.takesTenant() ? Optional.of(TENANT) : Optional.empty());
  }

  /// By a key of another tenant; empty where no tenant may call it.
  Optional<Answer> sendAsOther(Operation operation, ObjectNode request) throws Exception {
    for (var role : operation.roles()) {
      if (othersKeys.containsKey(role)) {
        var key = Optional.of(othersKeys.get(role));
        return Optional.of(sendWith(operation, request, key, Optional.empty()));
      }
    }
    return Optional.empty();
  }

  Answer sendWithoutKey(Operation operation, ObjectNode request) throws Exception {
    return sendWith(operation, request, Optional.empty(), Optional.empty());
  }

  /// Empty where every role of a tenant may call it.
  Optional<Answer> sendWithWrongRole(Operation operation, ObjectNode request) throws Exception {
    for (var key : keys.entrySet()) {
      if (!operation.roles().contains(key.getKey())) {
        return Optional.of(
            sendWith(operation, request, Optional.of(key.getValue()), Optional.empty()));
      }
    }
    return Optional.empty();
  }

  private Answer sendWith(
      Operation operation, ObjectNode request, Optional<Secret> key, Optional<String> tenant)
      throws Exception {
    return operations.get(operation).send(operation, request, key, tenant);
  }

  @Override
  public void close() {
    http.close();
    standalone.close();
    directory.close();
  }
}

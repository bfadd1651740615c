package dev.tollgate.quota.access;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.caller.KeyText;
import dev.tollgate.kernel.caller.StoredKey;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.access.v1.AccessServiceGrpc.AccessServiceImplBase;
import dev.tollgate.proto.access.v1.ApiKey;
import dev.tollgate.proto.access.v1.CreateApiKeyRequest;
import dev.tollgate.proto.access.v1.CreateApiKeyResponse;
import dev.tollgate.proto.access.v1.CreateTenantRequest;
import dev.tollgate.proto.access.v1.CreateTenantResponse;
import dev.tollgate.proto.access.v1.GetTenantRequest;
import dev.tollgate.proto.access.v1.GetTenantResponse;
import dev.tollgate.proto.access.v1.ListApiKeysRequest;
import dev.tollgate.proto.access.v1.ListApiKeysResponse;
import dev.tollgate.proto.access.v1.ListTenantsRequest;
import dev.tollgate.proto.access.v1.ListTenantsResponse;
import dev.tollgate.proto.access.v1.RevokeApiKeyRequest;
import dev.tollgate.proto.access.v1.RevokeApiKeyResponse;
import dev.tollgate.proto.access.v1.Tenant;
import io.grpc.stub.StreamObserver;
import java.util.random.RandomGenerator;

/// The wire of tenants and keys.
final class AccessRpc extends AccessServiceImplBase {
  private static final int NAME_MAX = 128;

  private final Tenants tenants;
  private final ApiKeys keys;
  private final RandomGenerator random;

  AccessRpc(Tenants tenants, ApiKeys keys, RandomGenerator random) {
    this.tenants = tenants;
    this.keys = keys;
    this.random = random;
  }

  @Override
  public void createTenant(
      CreateTenantRequest request, StreamObserver<CreateTenantResponse> observer) {
    var fields = new Fields();
    var id = fields.id("tenant_id", request.getTenantId());
    var name = fields.text("display_name", request.getDisplayName(), 1, NAME_MAX);
    fields.check();
    var tenant = tenants.create(id, name, Caller.current().keyId());
    answer(observer, CreateTenantResponse.newBuilder().setTenant(message(tenant)).build());
  }

  @Override
  public void getTenant(GetTenantRequest request, StreamObserver<GetTenantResponse> observer) {
    var tenant = tenants.get(Caller.current().tenant());
    answer(observer, GetTenantResponse.newBuilder().setTenant(message(tenant)).build());
  }

  @Override
  public void listTenants(
      ListTenantsRequest request, StreamObserver<ListTenantsResponse> observer) {
    var fields = new Fields();
    var page = Page.of(fields, request.getPageSize(), request.getPageToken());
    fields.check();
    var cut = page.of(tenants.list(), StoredTenant::id);
    var response = ListTenantsResponse.newBuilder().setNextPageToken(cut.nextToken());
    cut.items().forEach(tenant -> response.addTenants(message(tenant)));
    answer(observer, response.build());
  }

  @Override
  public void createApiKey(
      CreateApiKeyRequest request, StreamObserver<CreateApiKeyResponse> observer) {
    var form = KeyForm.of(request);
    var caller = Caller.current();
    tenants.get(caller.tenant());
    var text = KeyText.random(random);
    var key =
        new StoredKey(
            text.id(),
            caller.tenant(),
            form.displayName(),
            form.roles(),
            form.pins(),
            text.hash(),
            keys.now(),
            null);
    keys.create(key, caller);
    answer(
        observer,
        CreateApiKeyResponse.newBuilder().setApiKey(message(key)).setSecret(text.reveal()).build());
  }

  @Override
  public void listApiKeys(
      ListApiKeysRequest request, StreamObserver<ListApiKeysResponse> observer) {
    var fields = new Fields();
    var page = Page.of(fields, request.getPageSize(), request.getPageToken());
    fields.check();
    var cut = page.of(keys.list(Caller.current()), StoredKey::id);
    var response = ListApiKeysResponse.newBuilder().setNextPageToken(cut.nextToken());
    cut.items().forEach(key -> response.addApiKeys(message(key)));
    answer(observer, response.build());
  }

  @Override
  public void revokeApiKey(
      RevokeApiKeyRequest request, StreamObserver<RevokeApiKeyResponse> observer) {
    var fields = new Fields();
    var id = request.getApiKeyId();
    if (!id.matches("[a-z0-9]{16}")) {
      fields.rejectText("api_key_id", id, "16 of a-z 0-9");
    }
    fields.check();
    var key = keys.revoke(id, Caller.current());
    answer(observer, RevokeApiKeyResponse.newBuilder().setApiKey(message(key)).build());
  }

  private static <R> void answer(StreamObserver<R> observer, R response) {
    observer.onNext(response);
    observer.onCompleted();
  }

  private static Tenant message(StoredTenant tenant) {
    return Tenant.newBuilder()
        .setTenantId(tenant.id())
        .setDisplayName(tenant.displayName())
        .setCreateTime(Times.timestamp(tenant.createTime()))
        .build();
  }

  private static ApiKey message(StoredKey key) {
    var message =
        ApiKey.newBuilder()
            .setApiKeyId(key.id())
            .setDisplayName(key.displayName())
            .addAllRoles(key.roles().stream().sorted().toList())
            .putAllPinnedDimensions(key.pins())
            .setCreateTime(Times.timestamp(key.createTime()));
    var revoked = key.revokeTime();
    if (revoked != null) {
      message.setRevokeTime(Times.timestamp(revoked));
    }
    return message.build();
  }
}

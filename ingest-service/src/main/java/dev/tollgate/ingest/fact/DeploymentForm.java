package dev.tollgate.ingest.fact;

import dev.tollgate.ingest.encode.FactRow;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.ingest.v1.Deployment;
import dev.tollgate.proto.ingest.v1.FactResult;
import dev.tollgate.proto.ingest.v1.HandOverRequest;
import dev.tollgate.proto.ingest.v1.HandOverResponse;
import dev.tollgate.proto.ingest.v1.RecordDeploymentsRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.util.List;

/// What is promised of deployments.
record DeploymentForm(FactFields common) implements FactForm<Deployment> {
  private static final int SERVICE_MAX = 256;
  private static final int URL_MAX = 2_048;

  @Override
  public FactRow<Deployment> row() {
    return FactRow.DEPLOYMENTS;
  }

  @Override
  public String id(Deployment deployment) {
    return deployment.getDeploymentId();
  }

  @Override
  public long eventMillis(Deployment deployment) {
    return 0;
  }

  @Override
  public void check(Fields fields, Deployment deployment, Caller caller, Instant now) {
    fields.token("deployment_id", deployment.getDeploymentId(), FactFields.ID_MAX);
    var _ =
        common.time(
            fields,
            "deployment_time",
            deployment.hasDeploymentTime(),
            deployment.getDeploymentTime(),
            now);
    fields.text("service", deployment.getService(), 0, SERVICE_MAX);
    fields.text("description", deployment.getDescription(), 0, FactFields.DESCRIPTION_MAX);
    if (!isAddress(deployment.getUrl())) {
      fields.rejectText(
          "url",
          deployment.getUrl(),
          "empty, or an http or https address of up to " + URL_MAX + " characters");
    }
    FactFields.dimensions(fields, deployment.getDimensions(), caller);
    if (deployment.getService().isEmpty()
        && deployment.getDimensions().equals(Dimensions.getDefaultInstance())) {
      fields.reject("service", "missing", "service, or what changed as dimensions");
    }
  }

  private static boolean isAddress(String url) {
    if (url.isEmpty()) {
      return true;
    }
    try {
      var address = new URI(url);
      return url.length() <= URL_MAX
          && ("http".equals(address.getScheme()) || "https".equals(address.getScheme()))
          && address.getHost() != null;
    } catch (URISyntaxException malformed) {
      return false;
    }
  }

  @Override
  public HandOverRequest.Builder request(List<Deployment> messages) {
    return HandOverRequest.newBuilder()
        .setDeployments(RecordDeploymentsRequest.newBuilder().addAllDeployments(messages));
  }

  @Override
  public List<FactResult> results(HandOverResponse response) {
    return response.getDeployments().getResultsList();
  }

  @Override
  public Dimensions dimensions(Deployment deployment) {
    return deployment.getDimensions();
  }

  @Override
  public Deployment attributed(Deployment deployment, Dimensions dimensions) {
    return deployment.toBuilder().setDimensions(dimensions).build();
  }
}

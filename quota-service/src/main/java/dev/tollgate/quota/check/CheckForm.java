package dev.tollgate.quota.check;

import com.google.protobuf.CodedOutputStream;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.kernel.field.Shown;
import dev.tollgate.proto.quota.v1.CheckQuotaRequest;
import dev.tollgate.proto.quota.v1.InputSize;
import dev.tollgate.quota.answer.HoldDurations;
import dev.tollgate.quota.budget.PriorityForm;
import dev.tollgate.quota.hold.Digests;
import dev.tollgate.quota.hold.Subject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;

/// Checks as they come over the wire: parsed with every mistake named.
final class CheckForm {
  private static final int REQUEST_ID_MAX = 128;
  private static final long TOKENS_MAX = 100_000_000;
  private static final long TEXT_BYTES_MAX = 100_000_000;
  private static final long MESSAGES_MAX = 100_000;
  private static final long TOOLS_MAX = 10_000;
  private static final long IMAGES_MAX = 10_000;
  private static final long AUDIO_SECONDS_MAX = 1_000_000;
  private static final int FINGERPRINT_BYTES = 16;
  private static final Set<String> SERVICE_TIERS =
      Set.of("", "standard", "batch", "flex", "priority", "fast");

  private final InputBounds bounds;

  CheckForm(InputBounds bounds) {
    this.bounds = bounds;
  }

  /// A check that is to be made.
  ///
  /// @throws dev.tollgate.failure.Failure FIELD_INVALID, DIMENSION_FORBIDDEN
  Check parse(CheckQuotaRequest request, Caller caller) {
    var fields = new Fields();
    fields.token("request_id", request.getRequestId(), REQUEST_ID_MAX);
    return parse(fields, "", request, caller);
  }

  /// A check that is part of a question, below that field; it may be without a request's id.
  Check parse(CheckQuotaRequest request, Caller caller, String field) {
    var fields = new Fields();
    if (!request.getRequestId().isEmpty()) {
      fields.token(field + ".request_id", request.getRequestId(), REQUEST_ID_MAX);
    }
    return parse(fields, field + ".", request, caller);
  }

  private Check parse(Fields fields, String at, CheckQuotaRequest request, Caller caller) {
    var given = fields.dimensions(at + "dimensions", request.getDimensions(), true);
    fields.count(at + "input_tokens", request.getInputTokens(), 0, TOKENS_MAX);
    var size = size(fields, at, request);
    var most = fields.count(at + "max_output_tokens", request.getMaxOutputTokens(), 0, TOKENS_MAX);
    fields.count(at + "min_output_tokens", request.getMinOutputTokens(), 0, most);
    var hold =
        HoldDurations.parse(
            fields, at + "hold_duration", request.hasHoldDuration(), request.getHoldDuration());
    var tier = request.getServiceTier();
    if (!SERVICE_TIERS.contains(tier)) {
      fields.reject(
          at + "service_tier",
          Shown.text(tier) + " (expected: empty, standard, batch, flex, priority or fast)");
    }
    fields.known(at + "priority", request.getPriority(), request.getPriorityValue());
    fields.check();
    var dimensions = caller.pinned(given);
    var provider = dimensions.getProvider();
    return new Check(
        caller.tenant(),
        request.getRequestId(),
        dimensions,
        new Subject(provider, dimensions.getModel(), tier, dimensions.getRegion()),
        PriorityForm.parse(request.getPriority()),
        request.hasInputSize() ? bounds.tokens(provider, size) : request.getInputTokens(),
        request.getMaxOutputTokens(),
        request.getMinOutputTokens(),
        hold,
        fingerprint(request.toBuilder().clearRequestId().setDimensions(dimensions).build()));
  }

  private static InputBounds.Size size(Fields fields, String at, CheckQuotaRequest request) {
    if (request.hasInputSize() && request.getInputTokens() != 0) {
      fields.reject(
          at + "input_size",
          "beside input_tokens: " + request.getInputTokens(),
          "one of them: the tokens where they are counted, else the size");
    }
    return size(fields, at + "input_size.", request.getInputSize());
  }

  private static InputBounds.Size size(Fields fields, String at, InputSize form) {
    return new InputBounds.Size(
        fields.count(at + "text_bytes", form.getTextBytes(), 0, TEXT_BYTES_MAX),
        fields.count(at + "messages", form.getMessages(), 0, MESSAGES_MAX),
        fields.count(at + "tools", form.getTools(), 0, TOOLS_MAX),
        fields.count(at + "images", form.getImages(), 0, IMAGES_MAX),
        fields.count(at + "audio_seconds", form.getAudioSeconds(), 0, AUDIO_SECONDS_MAX));
  }

  /* Maps have no order on the wire, so they are written in one. */
  private static String fingerprint(CheckQuotaRequest content) {
    var bytes = new byte[content.getSerializedSize()];
    var out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    try {
      content.writeTo(out);
      out.checkNoSpaceLeft();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return Digests.brief(bytes, FINGERPRINT_BYTES);
  }
}

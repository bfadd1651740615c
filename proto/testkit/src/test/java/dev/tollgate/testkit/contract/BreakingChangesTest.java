package dev.tollgate.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.AnnotationsProto;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class BreakingChangesTest {
  private static final String REQUEST = "tollgate.quota.v1.CheckQuotaRequest";

  private final FileDescriptorSet contract = Contract.current();

  /// Fails where a client built from the baseline would no longer work, and where the baseline does
  /// not know the contract's newest parts: run with `-Dtollgate.contract.accept=true` to accept
  /// them.
  @Test
  void contract_againstTheBaseline_breaksNothing() {
    var baseline = Contract.baseline();

    assertThat(BreakingChanges.between(baseline, contract)).as("breaking changes").isEmpty();
    if (Boolean.getBoolean("tollgate.contract.accept")) {
      Contract.accept(contract);
    } else {
      assertThat(BreakingChanges.additions(baseline, contract))
          .as("additions not in the baseline (see proto/README.md)")
          .isEmpty();
    }
  }

  @Test
  void contract_againstItself_breaksNothing() {
    assertThat(Facts.of(contract)).hasSizeGreaterThan(300);
    assertThat(BreakingChanges.between(contract, contract)).isEmpty();
  }

  @Test
  void field_renumbered_isABreak() {
    assertBreak(field(field -> field.setNumber(99)), "field 3 of " + REQUEST + " is gone");
  }

  @Test
  void field_retyped_isABreak() {
    assertBreak(
        field(field -> field.setType(FieldDescriptorProto.Type.TYPE_SINT64)),
        "field 3 of " + REQUEST + " has changed");
  }

  @Test
  void field_renamed_isABreak() {
    assertBreak(field(field -> field.setName("tokens_in")), "field 3 of " + REQUEST);
    assertBreak(field(field -> field.setJsonName("tokensIn")), "field 3 of " + REQUEST);
  }

  @Test
  void field_repeatedOrOptional_isABreak() {
    assertBreak(
        field(field -> field.setLabel(FieldDescriptorProto.Label.LABEL_REPEATED)), "field 3 of ");
    assertBreak(field(field -> field.setProto3Optional(true)), "field 3 of ");
  }

  @Test
  void field_movedIntoAOneof_isABreak() {
    assertBreak(
        message(message -> {
          message.addOneofDeclBuilder().setName("tokens");
          message.getFieldBuilder(2).setOneofIndex(0);
        }),
        "field 3 of " + REQUEST + " has changed");
  }

  @Test
  void field_movedOutOfItsOneof_isABreak() {
    var changed =
        message("CheckQuotaResponse", message -> message.getFieldBuilder(0).clearOneofIndex());

    assertBreak(changed, "field 1 of tollgate.quota.v1.CheckQuotaResponse has changed");
  }

  @Test
  void field_removed_isABreakUnlessItsNumberAndNameAreReserved() {
    assertBreak(message(message -> message.removeField(2)), "field 3 of " + REQUEST + " is gone");
    assertBreak(
        message(message -> reserveNumber(message.removeField(2))),
        "field 3 of " + REQUEST + " is gone");

    var reserved =
        message(message -> reserveNumber(message.removeField(2)).addReservedName("input_tokens"));

    assertThat(BreakingChanges.between(contract, reserved)).isEmpty();
    assertBreak(reserved, contract, "reserved number 3 of " + REQUEST + " is gone");
  }

  @Test
  void message_removedOrRenamed_isABreak() {
    assertBreak(message(message -> message.setName("Check")), "message " + REQUEST + " is gone");
  }

  @Test
  void enumValue_removedOrRenumbered_isABreak() {
    assertBreak(
        limitUnit(unit -> unit.removeValue(2)), "value 2 of tollgate.quota.v1.LimitUnit is gone");
    assertBreak(
        limitUnit(unit -> unit.getValueBuilder(2).setNumber(7)),
        "value 2 of tollgate.quota.v1.LimitUnit is gone");
    assertBreak(
        limitUnit(unit -> unit.getValueBuilder(2).setName("LIMIT_UNIT_ALL_TOKENS")),
        "value 2 of tollgate.quota.v1.LimitUnit has changed");
  }

  @Test
  void method_removedRetypedOrStreamed_isABreak() {
    var name = "method tollgate.quota.v1.QuotaService.CheckQuota";
    assertBreak(file(file -> file.getServiceBuilder(0).removeMethod(0)), name + " is gone");
    assertBreak(method(method -> method.setOutputType(".tollgate.quota.v1.Allowed")), name);
    assertBreak(method(method -> method.setServerStreaming(true)), name + " has changed");
    assertBreak(file(FileDescriptorProto.Builder::clearService), "service tollgate.quota.v1");
  }

  @Test
  void route_changed_isABreak() {
    var changed =
        method(method -> {
          var http = method.getOptions().getExtension(AnnotationsProto.http).toBuilder();
          method
              .getOptionsBuilder()
              .setExtension(AnnotationsProto.http, http.setPost("/v1/quota").build());
        });

    assertBreak(changed, "route of tollgate.quota.v1.QuotaService.CheckQuota has changed");
  }

  @Test
  void file_movedToAnotherPackage_isABreak() {
    assertBreak(file(file -> file.setPackage("tollgate.quota.v2")), "service tollgate.quota.v1");
    assertBreak(file(file -> file.getOptionsBuilder().setJavaPackage("x")), "file tollgate/quota");
  }

  @Test
  void addition_ofAnything_isNoBreakButIsSeen() {
    var added =
        message(message ->
            message
                .addFieldBuilder()
                .setName("note")
                .setNumber(50)
                .setType(FieldDescriptorProto.Type.TYPE_STRING));

    assertThat(BreakingChanges.between(contract, added)).isEmpty();
    assertThat(BreakingChanges.additions(contract, added))
        .containsExactly("field 50 of " + REQUEST);
  }

  private void assertBreak(FileDescriptorSet changed, String expected) {
    assertBreak(contract, changed, expected);
  }

  private static void assertBreak(
      FileDescriptorSet older, FileDescriptorSet newer, String expected) {
    assertThat(BreakingChanges.between(older, newer)).anyMatch(found -> found.contains(expected));
  }

  private static DescriptorProto.Builder reserveNumber(DescriptorProto.Builder message) {
    message.addReservedRangeBuilder().setStart(3).setEnd(4);
    return message;
  }

  private FileDescriptorSet field(Consumer<FieldDescriptorProto.Builder> change) {
    return message(message -> change.accept(message.getFieldBuilder(2)));
  }

  private FileDescriptorSet message(Consumer<DescriptorProto.Builder> change) {
    return message("CheckQuotaRequest", change);
  }

  private FileDescriptorSet message(String name, Consumer<DescriptorProto.Builder> change) {
    return file(file ->
        file.getMessageTypeBuilderList().stream()
            .filter(message -> message.getName().equals(name))
            .forEach(change));
  }

  private FileDescriptorSet limitUnit(Consumer<EnumDescriptorProto.Builder> change) {
    return file(file ->
        file.getEnumTypeBuilderList().stream()
            .filter(each -> each.getName().equals("LimitUnit"))
            .forEach(change));
  }

  private FileDescriptorSet method(Consumer<MethodDescriptorProto.Builder> change) {
    return file(file -> change.accept(file.getServiceBuilder(0).getMethodBuilder(0)));
  }

  private FileDescriptorSet file(Consumer<FileDescriptorProto.Builder> change) {
    var copy = contract.toBuilder();
    copy.getFileBuilderList().stream()
        .filter(file -> file.getName().endsWith("/quota_service.proto"))
        .forEach(change);
    return copy.build();
  }
}

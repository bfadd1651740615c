package dev.tollgate.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.AnnotationsProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import dev.tollgate.proto.common.v1.AccessProto;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ContractStyleTest {
  private final FileDescriptorSet contract = Contract.current();

  @Test
  void contract_asWritten_hasNoMistakes() {
    assertThat(ContractStyle.mistakes(contract)).isEmpty();
  }

  @Test
  void names_misspelled_areMistakes() {
    assertMistake(
        file -> file.getMessageTypeBuilder(0).getFieldBuilder(0).setName("requestId"),
        "field name (expected: lower_snake)");
    assertMistake(
        file -> file.getMessageTypeBuilder(0).setName("check_quota"),
        "message name (expected: PascalCase)");
    assertMistake(
        file ->
            file.getMessageTypeBuilderList().stream()
                .filter(message -> message.getName().equals("CheckQuotaResponse"))
                .forEach(message -> message.getOneofDeclBuilder(0).setName("Outcome")),
        "oneof Outcome");
    assertMistake(
        file -> file.getServiceBuilder(0).setName("Quota"), "(expected: the suffix Service)");
    assertMistake(method(method -> method.setName("checkQuota")), "method name");
  }

  @Test
  void enum_withoutPrefixOrZero_isAMistake() {
    assertMistake(
        file -> file.getEnumTypeBuilder(0).getValueBuilder(1).setName("BATCH"), "value BATCH");
    assertMistake(file -> file.getEnumTypeBuilder(0).removeValue(0), "PRIORITY_UNSPECIFIED = 0");
  }

  @Test
  void package_unversionedOrElsewhere_isAMistake() {
    assertMistake(file -> file.setPackage("tollgate.quota"), "(expected: tollgate.<name>.v<n>)");
    assertMistake(file -> file.setName("tollgate/quota/quota.proto"), "folder tollgate/quota");
  }

  @Test
  void method_withATypeOfAnother_isAMistake() {
    assertMistake(
        method(method -> method.setInputType(".tollgate.quota.v1.SettleRequest")),
        "which tollgate.quota.v1.QuotaService.CheckQuota has too");
  }

  @Test
  void method_withoutAccessOrRoute_isAMistake() {
    assertMistake(
        method(method -> method.getOptionsBuilder().clearExtension(AccessProto.access)),
        "access (expected: an access rule)");
    assertMistake(
        method(method -> method.getOptionsBuilder().clearExtension(AnnotationsProto.http)),
        "http option (expected: one)");
  }

  @Test
  void comments_missing_areMistakes() {
    assertMistake(FileDescriptorProto.Builder::clearSourceCodeInfo, "CheckQuota: no comment");
  }

  private void assertMistake(Consumer<FileDescriptorProto.Builder> change, String expected) {
    var copy = contract.toBuilder();
    copy.getFileBuilderList().stream()
        .filter(file -> file.getName().endsWith("/quota_service.proto"))
        .forEach(change);

    assertThat(ContractStyle.mistakes(copy.build())).anyMatch(found -> found.contains(expected));
  }

  private static Consumer<FileDescriptorProto.Builder> method(
      Consumer<MethodDescriptorProto.Builder> change) {
    return file -> change.accept(file.getServiceBuilder(0).getMethodBuilder(0));
  }
}

package dev.tollgate.kernel.failure;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import dev.tollgate.failure.Reason;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ReasonTest {
  private static final int ENUM = 5;
  private static final int VALUE = 2;
  private static final String PREFIX = "REASON_";

  @Test
  void reasons_ofJavaAndOfTheContract_haveTheSameNames() {
    var contract = dev.tollgate.proto.common.v1.Reason.values();

    assertThat(
            Arrays.stream(contract)
                .map(Enum::name)
                .filter(name -> !name.matches("UNRECOGNIZED|REASON_UNSPECIFIED")))
        .containsExactlyElementsOf(
            Arrays.stream(Reason.values()).map(reason -> PREFIX + reason.name()).toList());
  }

  @Test
  void comments_ofTheContract_beginWithTheStatusThatIsSent() throws IOException {
    FileDescriptorSet files;
    try (var stream = Reason.class.getResourceAsStream("/tollgate.desc")) {
      files = FileDescriptorSet.parseFrom(Objects.requireNonNull(stream));
    }
    var file =
        files.getFileList().stream()
            .filter(each -> each.getName().equals("tollgate/common/v1/reason.proto"))
            .findFirst()
            .orElseThrow();
    var checked = 0;
    for (var location : file.getSourceCodeInfo().getLocationList()) {
      var path = location.getPathList();
      if (path.size() == 4
          && path.subList(0, 3).equals(List.of(ENUM, 0, VALUE))
          && path.get(3) > 0) {
        var name = file.getEnumType(0).getValue(path.get(3)).getName();
        var reason = Reason.valueOf(name.substring(PREFIX.length()));
        assertThat(location.getLeadingComments().strip())
            .as(name)
            .startsWith(reason.code().name() + ".");
        checked++;
      }
    }
    assertThat(checked).isEqualTo(Reason.values().length);
  }
}

package dev.tollgate.kernel.dimension;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.tollgate.proto.common.v1.Dimensions;
import org.junit.jupiter.api.Test;

class DimensionTest {
  @Test
  void names_all_areThoseOfTheContract() {
    assertThat(Dimension.names())
        .hasSize(23)
        .containsExactlyElementsOf(
            Dimensions.getDescriptor().getFields().stream()
                .filter(field -> !field.isMapField())
                .map(FieldDescriptor::getName)
                .toList());
  }

  @Test
  void write_everyDimension_isReadBack() {
    var dimensions = Dimensions.newBuilder();
    for (var name : Dimension.names()) {
      Dimension.of(name).orElseThrow().write(dimensions, "v-" + name);
    }
    Dimension.of("tags.x.y").orElseThrow().write(dimensions, "tag");

    var built = dimensions.build();
    for (var name : Dimension.names()) {
      assertThat(Dimension.of(name).orElseThrow().read(built)).isEqualTo("v-" + name);
      assertThat(built.getField(Dimensions.getDescriptor().findFieldByName(name)))
          .isEqualTo("v-" + name);
    }
    assertThat(built.getTagsMap()).containsEntry("x.y", "tag");
    assertThat(Dimension.of("tags.none").orElseThrow().read(built)).isEmpty();
  }

  @Test
  void of_noDimension_isEmpty() {
    assertThat(Dimension.of("tenant")).isEmpty();
    assertThat(Dimension.of("tags")).isEmpty();
    assertThat(Dimension.of("tags.")).isEmpty();
    assertThat(Dimension.of("tags." + "x".repeat(65))).isEmpty();
  }

  @Test
  void nearest_misspelt_isTheOneMeant() {
    assertThat(Dimension.nearest("taem")).isEqualTo("team");
    assertThat(Dimension.nearest("costcenter")).isEqualTo("cost_center");
    assertThat(Dimension.nearest("x".repeat(1_000_000))).isNotEmpty();
  }
}

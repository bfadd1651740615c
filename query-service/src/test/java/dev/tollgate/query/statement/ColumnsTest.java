package dev.tollgate.query.statement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.dimension.Dimension;
import org.junit.jupiter.api.Test;

class ColumnsTest {
  @Test
  void expression_ofEveryDimension_isItsColumn() {
    for (var name : Dimension.names()) {
      assertThat(Columns.expression(Dimension.of(name).orElseThrow(), "key"))
          .isEqualTo("r.`" + name + "`");
    }
  }

  @Test
  void expression_ofATag_hasItsKeyAsAParameter() {
    assertThat(Columns.expression(Dimension.of("tags.x' OR '").orElseThrow(), "key"))
        .isEqualTo("r.tags[{key:String}]");
  }
}

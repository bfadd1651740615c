package dev.tollgate.rating.extract;

import static dev.tollgate.rating.extract.Bodies.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullMarked
class ProfileReaderTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
"""
'counts':{'a':{'path':'x','bucket':'inputs',@r}} | t.counts.a.bucket: inputs
'counts':{'a':{'path':'x','bucket':'input_text',@r}} | t.counts.a.bucket: input_text
'counts':{'a':{'path':'x y',@b@r}}              | t.counts.a.path: ~x y~
'counts':{'a':{@b@r}} | t.counts.a.path: missing
'counts':{'a':{'path':'x',@b'need':true}} | t.counts.a.need: unknown field
'counts':{'a':{'path':'x','bucket':'input'}} | t.counts: none is required
'counts':{'a':{'path':'x',@b'required':1}} | t.counts.a.required: expected: true or false
'counts':{'a':{'path':'x',@b'inside':['a'],@r}} | t.counts.a.inside: names a count
'counts':{'a':{'path':'x',@b'inside':['b'],@r}} | t.counts.a.inside: b (expected
'counts':{'a':{'path':'x',@r}},'sums':[{'total':'z','of':['a']}] | t.sums.total: z
'counts':{'a':{'path':'x',@r}},'sums':[{'total':'a'}]          | t.sums.of: empty
'counts':{'a':{'path':'x',@r}},'like':'nothing'                | t.like: nothing
""")
  void parse_profileThatIsWrong_namesPlaceAndRule(String counts, String problem) {
    var file =
        "{'aliases':{},'service_tiers':{},'regions':{},'profiles':[{'name':'t',"
            + "'serves':{'p':['f']},"
            + counts.replace("@b", "'bucket':'input',").replace("@r", "'required':true")
            + "}]}";

    assertThatThrownBy(() -> Profiles.parse(bytes(file)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(problem.replace('~', '"'));
  }

  @Test
  void parse_aliasOfNothing_isRefused() {
    var file =
        "{'aliases':{'q':'r'},'service_tiers':{},'regions':{},'profiles':[{'name':'t',"
            + "'serves':{'p':['f']},'counts':{'a':{'path':'x','required':true}}}]}";

    assertThatThrownBy(() -> Profiles.parse(bytes(file)))
        .hasMessageStartingWith("profiles.aliases.q: r (expected: a provider that is served");
    assertThat(Profiles.parse(bytes(file.replace("'r'", "'p'"))).served())
        .isEqualTo(List.of(new Profiles.Served("p", "f")));
  }
}

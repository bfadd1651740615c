package dev.tollgate.quota.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.EncodingType;
import dev.tollgate.quota.check.InputBounds.Size;
import dev.tollgate.seed.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Bounds of input against what tokenizers really count.
class InputBoundsTest {
  private static final Size NOTHING = new Size(0, 0, 0, 0, 0);

  private final InputBounds bounds = InputBounds.shipped();

  @Test
  void bound_textOfManyKinds_isNoLessThanWhatAnyTokenizerCounts() {
    var encodings = Encodings.newDefaultEncodingRegistry();
    System.out.println("bound / actual, openai, one message:");
    for (var sample : samples().entrySet()) {
      var line = new StringBuilder("  %-12s".formatted(sample.getKey()));
      var bound = bound("openai", sample.getValue());
      for (var type : EncodingType.values()) {
        var actual = encodings.getEncoding(type).countTokensOrdinary(sample.getValue());
        line.append(" %s %5.2f".formatted(type.getName(), bound / Math.max(1.0, actual)));
        assertThat(bound).as(sample.getKey() + " in " + type).isGreaterThanOrEqualTo(actual);
      }
      System.out.println(line);
    }
  }

  @Test
  void bound_anyText_isNoLessThanWhatAnyTokenizerCounts() {
    var encodings = Encodings.newDefaultEncodingRegistry();
    Seeds.check(
        "input bounds",
        200,
        20_000,
        (seed, random) -> {
          var text = new StringBuilder();
          for (int i = 0; i < random.nextInt(400); i++) {
            var codePoint = random.nextInt(Character.MAX_CODE_POINT + 1);
            text.appendCodePoint(
                Character.getType(codePoint) == Character.SURROGATE ? ' ' : codePoint);
          }
          for (var type : EncodingType.values()) {
            assertThat(text.toString().getBytes(StandardCharsets.UTF_8).length)
                .isGreaterThanOrEqualTo(
                    encodings.getEncoding(type).countTokensOrdinary(text.toString()));
          }
        });
  }

  @Test
  void bound_eachThingThatIsSent_addsToIt() {
    assertThat(bounds.tokens("openai", NOTHING)).isEqualTo(32);
    assertThat(bounds.tokens("openai", new Size(1_000, 0, 0, 0, 0))).isEqualTo(1_032);
    assertThat(bounds.tokens("openai", new Size(0, 3, 0, 0, 0))).isEqualTo(32 + 24);
    assertThat(bounds.tokens("openai", new Size(0, 0, 2, 0, 0))).isEqualTo(32 + 64 + 64);
    assertThat(bounds.tokens("google", new Size(0, 0, 0, 2, 0))).isEqualTo(64 + 12_900);
    assertThat(bounds.tokens("google", new Size(0, 0, 0, 0, 60))).isEqualTo(64 + 1_920);
    assertThat(bounds.tokens("anthropic", new Size(0, 0, 0, 1, 0))).isEqualTo(64 + 4_784);
  }

  @Test
  void bound_unknownProvider_isTheMostOfAllKnown() {
    for (var size :
        new Size[] {
          NOTHING,
          new Size(1_000, 0, 0, 0, 0),
          new Size(0, 10, 0, 0, 0),
          new Size(0, 0, 7, 0, 0),
          new Size(0, 0, 0, 5, 0),
          new Size(0, 0, 0, 0, 90)
        }) {
      for (var provider : new String[] {"openai", "anthropic", "google", "mistral", "deepseek"}) {
        assertThat(bounds.tokens("nobody", size))
            .as(provider + " " + size)
            .isGreaterThanOrEqualTo(bounds.tokens(provider, size));
      }
    }
  }

  @Test
  void bound_largestSizes_areCounted() {
    assertThat(bounds.tokens("nobody", new Size(100_000_000, 100_000, 10_000, 10_000, 1_000_000)))
        .isEqualTo(256 + 200_000_000L + 1_600_000 + 1_024 + 640_000 + 481_690_000 + 64_000_000);
  }

  @Test
  void parse_badLine_isNamed() {
    assertThatThrownBy(() -> InputBounds.parse("openai | 1 | 2"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("8 columns");
    assertThatThrownBy(() -> InputBounds.parse("openai | 1 | -2 | 1 | 1 | 1 | 1 | 1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-2");
  }

  private double bound(String provider, String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8).length;
    return bounds.tokens(provider, new Size(bytes, 1, 0, 0, 0));
  }

  private static Map<String, String> samples() {
    var samples = new LinkedHashMap<String, String>();
    samples.put("English", "All human beings are born free and equal in dignity and rights. ");
    samples.put("German", "Alle Menschen sind frei und gleich an Würde und Rechten geboren. ");
    samples.put("French", "Tous les êtres humains naissent libres et égaux en dignité. ");
    samples.put("Vietnamese", "Tất cả mọi người sinh ra đều được tự do và bình đẳng. ");
    samples.put("Turkish", "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar. ");
    samples.put("Finnish", "Kaikki ihmiset syntyvät vapaina ja tasavertaisina arvoltaan. ");
    samples.put("Russian", "Все люди рождаются свободными и равными в своём достоинстве. ");
    samples.put("Greek", "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια. ");
    samples.put("Arabic", "يولد جميع الناس أحراراً متساوين في الكرامة والحقوق. ");
    samples.put("Hebrew", "כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם. ");
    samples.put(
        "Hindi", "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता प्राप्त है। ");
    samples.put("Tamil", "மனிதப் பிறவியினர் சகலரும் சுதந்திரமாகவே பிறக்கின்றனர். ");
    samples.put("Thai", "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ ");
    samples.put("Chinese", "人人生而自由，在尊严和权利上一律平等。");
    samples.put("Japanese", "すべての人間は、生まれながらにして自由であり、尊厳と権利とについて平等である。");
    samples.put("Korean", "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다. ");
    samples.put("Amharic", "የሰው ልጅ ሁሉ ሲወለድ ነጻና በክብርና በመብትም እኩልነት ያለው ነው። ");
    samples.put("Java", "for (int i = 0; i < 10; i++) {\n  sum += values[i] * 0x1F;\n}\n");
    samples.put("JSON", "{\"name\":\"search\",\"parameters\":{\"type\":\"object\"}}");
    samples.put("emoji", "👩‍👩‍👧‍👦🏳️‍🌈🤷🏽‍♀️🇩🇪🧑🏿‍🚀");
    samples.put("blanks", " \t \n\n\n   \r\n\t\t");
    samples.put("base64", "c2VjcmV0IHNhdWNlIHdpdGggcmFuZG9tIGJ5dGVzIMK1w6k=");
    samples.put("digits", "31415926535897932384626433832795028841971");
    samples.put("rare", "\uFDFA\u0001\uFFFD\u2028ᚠᛇᚻ𓀀𝔘𝔫𝔦");
    samples.replaceAll((name, text) -> text.repeat(20));
    return samples;
  }
}

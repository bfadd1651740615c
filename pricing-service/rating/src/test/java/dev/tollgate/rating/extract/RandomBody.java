package dev.tollgate.rating.extract;

import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.failure.Failure;
import dev.tollgate.rating.Bucket;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/// A body with values at some of the places that a profile reads.
@NullMarked
final class RandomBody {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Profile profile;
  private final RandomGenerator random;
  private final boolean wrong;
  final String provider;
  private final String flavor;
  final ObjectNode usage = JSON.objectNode();
  private final Map<String, Long> stated = new HashMap<>();

  RandomBody(Profile profile, RandomGenerator random, boolean wrong) {
    this.profile = profile;
    this.random = random;
    this.wrong = wrong;
    var providers = List.copyOf(profile.serves().keySet());
    this.provider = providers.get(random.nextInt(providers.size()));
    this.flavor = profile.serves().getOrDefault(provider, List.of()).getFirst();
    for (var mark : profile.marks()) {
      put(mark, mark.text().equals("hours") ? JSON.numberNode(1) : JSON.objectNode());
    }
    for (var count : profile.counts()) {
      fill(count);
    }
  }

  private void fill(Count count) {
    if (!count.required() && random.nextInt(3) == 0) {
      return;
    }
    var most = count.inside().isEmpty() ? 1_000 : count.inside().size() == 1 ? 200 : 20;
    var quantity = random.nextInt(4) == 0 ? 0L : random.nextLong(most);
    if (count.bucket() == null) {
      quantity = expected(count, quantity);
    }
    var path = count.paths().get(random.nextInt(count.paths().size()));
    if (wrong && random.nextInt(12) == 0) {
      put(path, wrongValue());
    } else if (put(path, JSON.numberNode(quantity))) {
      stated.put(count.name(), quantity);
    }
  }

  /// Mostly what the count must be to agree with the others, so that bodies without flaw occur.
  private long expected(Count count, long otherwise) {
    var at = profile.counts().indexOf(count);
    for (var sum : profile.sums()) {
      if (sum.total() == at && random.nextInt(10) > 0) {
        var reasoningInside = random.nextBoolean();
        long total = 0;
        for (var operand : List.of(sum.of(), sum.plus())) {
          for (int i : operand) {
            var part = profile.counts().get(i);
            if (part.insideIf().isEmpty() || !reasoningInside) {
              total += stated.getOrDefault(part.name(), 0L);
            }
          }
        }
        return total;
      }
      if (sum.of().contains(at) && random.nextInt(10) > 0) {
        long rest = stated.getOrDefault(profile.counts().get(sum.total()).name(), 0L);
        for (var operand : List.of(sum.of(), sum.plus())) {
          for (int i : operand) {
            rest -= i == at ? 0 : stated.getOrDefault(profile.counts().get(i).name(), 0L);
          }
        }
        return Math.max(0, rest);
      }
    }
    return otherwise;
  }

  /// The units of the counts that no other contains.
  long units() {
    long units = 0;
    for (var count : profile.counts()) {
      var outermost = count.inside().isEmpty() || isBeside(count);
      if (count.bucket() != null && count.bucket() != Bucket.PROVIDER_TICKS && outermost) {
        units += value(count.name());
      }
    }
    return units;
  }

  /// Gemini's thoughts, unless prompt, tool results and candidates make up the total.
  private boolean isBeside(Count count) {
    return !count.insideIf().isEmpty()
        && !(stated.containsKey("total")
            && stated.containsKey("output")
            && value("total") == value("input") + value("output") + value("tool"));
  }

  private long value(String count) {
    return stated.getOrDefault(count, 0L);
  }

  Extraction extract() {
    JsonNode body = usage;
    if (!profile.roots().isEmpty() && random.nextBoolean()) {
      var root = profile.roots().get(random.nextInt(profile.roots().size()));
      var response = JSON.objectNode();
      put(response, root, 0, usage);
      body = response;
    }
    try {
      return Profiles.shipped().extract(provider, flavor, body);
    } catch (Failure failure) {
      return fail("refused: " + usage, failure);
    }
  }

  private boolean put(Path path, JsonNode value) {
    return put(usage, path, 0, value);
  }

  private boolean put(ObjectNode into, Path path, int at, JsonNode value) {
    var step = path.steps().get(at);
    var isLast = at == path.steps().size() - 1;
    var next = into.get(step.name());
    if (step.isList()) {
      var list = next instanceof ArrayNode array ? array : into.putArray(step.name());
      var element = list.addObject();
      element.put(step.field(), step.values().iterator().next());
      return put(element, path, at + 1, value);
    }
    if (isLast) {
      into.set(step.name(), value);
      return true;
    }
    if (next != null && !next.isObject()) {
      return false;
    }
    return put(object(next, into, step.name()), path, at + 1, value);
  }

  private static ObjectNode object(@Nullable JsonNode there, ObjectNode into, String name) {
    return there instanceof ObjectNode object ? object : into.putObject(name);
  }

  private JsonNode wrongValue() {
    return switch (random.nextInt(14)) {
      case 0 -> JSON.numberNode(-1 - random.nextInt(5));
      case 1 -> JSON.numberNode(new BigDecimal("1e999999999"));
      case 2 -> JSON.numberNode(new BigDecimal("1e-999999999"));
      case 3 -> JSON.numberNode(BigInteger.TEN.pow(30));
      case 4 -> JSON.textNode("NaN");
      case 5 -> JSON.textNode("12");
      case 6 -> JSON.numberNode(1.5);
      case 7 -> JSON.numberNode(Double.NaN);
      case 8 -> JSON.numberNode(Double.NEGATIVE_INFINITY);
      case 9 -> JSON.nullNode();
      case 10 -> JSON.objectNode().put("tokens", 5);
      case 11 -> JSON.arrayNode().add(5);
      case 12 -> JSON.booleanNode(true);
      default -> JSON.numberNode(Long.MAX_VALUE);
    };
  }
}

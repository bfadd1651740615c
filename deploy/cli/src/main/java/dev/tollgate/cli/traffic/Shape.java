package dev.tollgate.cli.traffic;

import java.util.List;
import java.util.random.RandomGenerator;

/// How many tokens go in and come out of one kind of call: each given by 11 quantiles, those of
/// PROBABILITIES.
public record Shape(List<Long> inputQuantiles, List<Long> outputQuantiles) {
  /*
   * Both follow the Azure LLM inference trace 2023 (Azure/AzurePublicDataset, CC-BY-4.0; Patel et
   * al., "Splitwise", ISCA 2024). CODE: quantiles measured on the 8,819 rows of its code trace. CHAT:
   * the medians that the paper states for its conversation trace, 1,020 in and 129 out; the other
   * quantiles are those of a log-normal around them with sigma 0.5 and 1.0, which are our choice,
   * cut at 14,000 and 1,000.
   */

  /// A code assistant: long prompts, short answers.
  public static final Shape CODE =
      new Shape(
          List.of(3L, 17L, 75L, 147L, 578L, 1469L, 2745L, 5194L, 7315L, 7436L, 7437L),
          List.of(6L, 6L, 6L, 7L, 9L, 13L, 24L, 55L, 90L, 252L, 1899L));

  /// A conversation: shorter prompts, longer answers.
  public static final Shape CHAT =
      new Shape(
          List.of(100L, 319L, 448L, 537L, 728L, 1020L, 1429L, 1936L, 2322L, 3265L, 14000L),
          List.of(1L, 13L, 25L, 36L, 66L, 129L, 253L, 465L, 668L, 1000L, 1000L));

  private static final double[] PROBABILITIES = {
    0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1
  };

  long drawInput(RandomGenerator random) {
    return draw(inputQuantiles, random);
  }

  long drawOutput(RandomGenerator random) {
    return draw(outputQuantiles, random);
  }

  /// The largest output that it draws.
  long outputMax() {
    return outputQuantiles.getLast();
  }

  /// Inverts the distribution function, which is linear between its quantiles.
  private static long draw(List<Long> quantiles, RandomGenerator random) {
    var u = random.nextDouble();
    var i = 1;
    while (u > PROBABILITIES[i]) {
      i++;
    }
    var part = (u - PROBABILITIES[i - 1]) / (PROBABILITIES[i] - PROBABILITIES[i - 1]);
    var from = quantiles.get(i - 1);
    return from + Math.round(part * (quantiles.get(i) - from));
  }
}

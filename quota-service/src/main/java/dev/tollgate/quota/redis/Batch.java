package dev.tollgate.quota.redis;

import dev.tollgate.quota.redis.Unpacker.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Steps that travel in one script call, in the order in which the script runs them.
final class Batch {
  private static final Comparator<Step<?>> BY_ORDER =
      Comparator.comparingInt(step -> step.verb().order());

  private final List<Step<?>> steps;
  private final Invocation invocation;

  private Batch(List<Step<?>> steps, Invocation invocation) {
    this.steps = steps;
    this.invocation = invocation;
  }

  /// Packs the steps, earlier kinds first. One that can't be packed fails by itself and stays
  /// behind.
  static Batch of(Script script, List<Step<?>> steps, KeyTable table, Packer packer) {
    var ordered = new ArrayList<>(steps);
    ordered.sort(BY_ORDER);
    var packed = new ArrayList<Step<?>>(ordered.size());
    var arguments = new ArrayList<byte[]>(ordered.size());
    for (var step : ordered) {
      try {
        step.verb().pack(packer, index(table, step.verb().keys()));
        arguments.add(packer.take());
        packed.add(step);
      } catch (RuntimeException defect) {
        packer.take();
        step.fail(defect);
      }
    }
    return new Batch(packed, new Invocation(script, table.take(), arguments, true));
  }

  private static int[] index(KeyTable table, List<byte[]> keys) {
    var index = new int[keys.size()];
    for (int i = 0; i < index.length; i++) {
      index[i] = table.number(keys.get(i));
    }
    return index;
  }

  Invocation invocation() {
    return invocation;
  }

  List<Step<?>> steps() {
    return steps;
  }

  /// Whether somebody still waits for an answer of it.
  boolean isAwaited() {
    for (var step : steps) {
      if (!step.isOver()) {
        return true;
      }
    }
    return false;
  }

  /// Hands the script's answer out, each step its own.
  void answer(byte[] bytes) {
    var answer = new Unpacker(bytes);
    try {
      var length = answer.array();
      if (length != steps.size()) {
        throw new IllegalStateException(
            "script's answers: " + length + " (expected: " + steps.size() + ")");
      }
      for (var step : steps) {
        answer(step, answer.one());
      }
    } catch (RuntimeException defect) {
      fail(defect);
    }
  }

  private static void answer(Step<?> step, Unpacker element) {
    var error = element.copy();
    if (error.next() == Kind.ARRAY
        && error.array() == 2
        && error.next() == Kind.TEXT
        && error.text().equals("ERR")
        && error.next() == Kind.TEXT) {
      step.fail(new IllegalStateException("script: " + error.text()));
    } else {
      step.read(element);
    }
  }

  /// Fails every step that has no answer yet.
  void fail(Throwable failure) {
    steps.forEach(step -> step.fail(failure));
  }
}

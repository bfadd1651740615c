package dev.tollgate.quota.redis;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/// What waits to be sent for one slot, and how much of it is under way. Confined to its loop.
final class Lane {
  private final int slot;
  private final Deque<Step<?>> steps = new ArrayDeque<>();
  private final Deque<Solo> solos = new ArrayDeque<>();
  private int inFlight;
  private int detours;
  private boolean resting;

  Lane(int slot) {
    this.slot = slot;
  }

  int slot() {
    return slot;
  }

  void add(Pending<?> pending) {
    switch (pending) {
      case Step<?> step -> steps.addLast(step);
      case Solo solo -> solos.addLast(solo);
    }
  }

  /// Puts what was not run before everything else.
  void putBack(List<? extends Pending<?>> pendings) {
    for (var pending : pendings.reversed()) {
      switch (pending) {
        case Step<?> step -> steps.addFirst(step);
        case Solo solo -> solos.addFirst(solo);
      }
    }
  }

  /// Lets go of the oldest for which nobody waits any more.
  void dropOver() {
    while (!steps.isEmpty() && steps.getFirst().isOver()) {
      steps.removeFirst().leave();
    }
    while (!solos.isEmpty() && solos.getFirst().isOver()) {
      solos.removeFirst().leave();
    }
  }

  boolean isEmpty() {
    dropOver();
    return steps.isEmpty() && solos.isEmpty();
  }

  /// The oldest steps, at most that many, without those for which nobody waits.
  List<Step<?>> nextSteps(int max) {
    var next = new ArrayList<Step<?>>(Math.min(max, steps.size()));
    while (next.size() < max && !steps.isEmpty()) {
      var step = steps.removeFirst();
      if (step.isOver()) {
        step.leave();
      } else {
        next.add(step);
      }
    }
    return next;
  }

  List<Solo> nextSolos() {
    var next = new ArrayList<Solo>(solos.size());
    while (!solos.isEmpty()) {
      var solo = solos.removeFirst();
      if (solo.isOver()) {
        solo.leave();
      } else {
        next.add(solo);
      }
    }
    return next;
  }

  void failAll(Throwable failure) {
    Consumer<Pending<?>> failing = pending -> pending.fail(failure);
    nextSteps(Integer.MAX_VALUE).forEach(failing);
    nextSolos().forEach(failing);
  }

  int inFlight() {
    return inFlight;
  }

  void sent() {
    inFlight++;
  }

  void returned() {
    inFlight--;
  }

  /// How often in a row nodes have sent it elsewhere, this time included.
  int detour() {
    return ++detours;
  }

  void arrived() {
    detours = 0;
  }

  boolean isResting() {
    return resting;
  }

  void rest(boolean now) {
    resting = now;
  }
}

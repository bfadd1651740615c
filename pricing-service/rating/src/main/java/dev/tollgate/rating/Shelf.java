package dev.tollgate.rating;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Published price books, with the stacks that they make. Immutable: a book more makes another
/// shelf.
public final class Shelf {
  /*
   * A stack is found by following `base` from a tenant's contract down, through the newest version
   * of each. It is made when its last book comes, so that finding it takes one look-up. A base
   * that is missing, in another currency or above itself ends the stack there: then the contract
   * is not in force, and the default book alone is.
   */

  /// Nothing published.
  public static final Shelf EMPTY = new Shelf(Map.of(), Map.of(), Map.of());

  /// The id of the book of list prices, on which all others stand.
  public static final String DEFAULT = "default";

  /// By reference.
  private final Map<String, PriceBook> books;

  /// The id of each tenant's contract.
  private final Map<String, String> contracts;

  private final Map<String, PriceBook> newest = new HashMap<>();
  private final Map<String, PriceStack> byContract = new HashMap<>();

  /// @param made stacks of an earlier shelf, of which those that are the same are kept: they are
  ///   compiled
  private Shelf(
      Map<String, PriceBook> books, Map<String, String> contracts, Map<String, PriceStack> made) {
    this.books = books;
    this.contracts = contracts;
    for (var book : books.values()) {
      newest.merge(book.id(), book, (one, other) -> one.version() > other.version() ? one : other);
    }
    newest
        .keySet()
        .forEach(
            id -> stackOn(id).ifPresent(stack -> byContract.put(id, stack(stack, made.get(id)))));
  }

  /// This shelf with one more book, or another version of one.
  ///
  /// @param tenant whose contract it is; empty for a book of the installation
  public Shelf with(PriceBook book, String tenant) {
    var more = new LinkedHashMap<>(books);
    more.put(book.ref(), book);
    var of = new HashMap<>(contracts);
    if (!tenant.isEmpty()) {
      of.put(tenant, book.id());
    }
    return new Shelf(more, of, byContract);
  }

  private Optional<List<PriceBook>> stackOn(String id) {
    var stack = new ArrayList<PriceBook>();
    for (var next = id; !next.isEmpty(); next = stack.getLast().base()) {
      var book = newest.get(next);
      if (book == null
          || stack.contains(book)
          || stack.size() == PriceStack.BOOKS_MAX
          || (!stack.isEmpty() && !book.currency().equals(stack.getFirst().currency()))) {
        return Optional.empty();
      }
      stack.add(book);
    }
    return Optional.of(stack);
  }

  private static PriceStack stack(List<PriceBook> books, @Nullable PriceStack made) {
    return made != null && made.books().equals(books) ? made : PriceStack.of(books);
  }

  /// What a tenant's calls are rated with; empty before the default book has come.
  public Optional<PriceStack> stack(String tenant) {
    var contract = byContract.get(contracts.getOrDefault(tenant, DEFAULT));
    return Optional.ofNullable(contract == null ? byContract.get(DEFAULT) : contract);
  }

  /// The stack of just these versions, as `PriceStack.ref` names it; empty where one is not here.
  public Optional<PriceStack> byRef(String ref) {
    for (var stack : byContract.values()) {
      if (stack.ref().equals(ref)) {
        return Optional.of(stack);
      }
    }
    var stack = new ArrayList<PriceBook>();
    for (var each : ref.split("\\+", -1)) {
      var book = books.get(each);
      if (book == null) {
        return Optional.empty();
      }
      stack.add(book);
    }
    return Optional.of(PriceStack.of(stack));
  }

  /// Every book in every version.
  public List<PriceBook> books() {
    return List.copyOf(books.values());
  }
}

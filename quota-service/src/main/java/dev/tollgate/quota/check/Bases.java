package dev.tollgate.quota.check;

import dev.tollgate.books.PriceBooks;
import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.budget.Usual;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;

/// Where checks find what they are decided by. Nothing here blocks.
///
/// @param policies by tenant, as this instance knows them
/// @param newer a tenant's policy of at least that version, if it is there
public record Bases(
    Function<String, Policy> policies,
    BiFunction<String, Long, CompletableFuture<Policy>> newer,
    PriceBooks books,
    Usual usual) {
  Basis of(String tenant) {
    return new Basis(tenant, policies.apply(tenant), books.newest(tenant), usual);
  }
}

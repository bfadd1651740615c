/// What may be spent: budgets, which calls they match, and where they stand.
@NullMarked
package dev.tollgate.quota.budget;

import org.jspecify.annotations.NullMarked;

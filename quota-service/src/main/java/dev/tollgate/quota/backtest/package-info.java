/// What budgets would have denied: the ledger's calls replayed through the decision of a check.
@NullMarked
package dev.tollgate.quota.backtest;

import org.jspecify.annotations.NullMarked;

/// What budgets usually spend, learned from the ledger: what spend rates are measured by.
@NullMarked
package dev.tollgate.quota.learn;

import org.jspecify.annotations.NullMarked;

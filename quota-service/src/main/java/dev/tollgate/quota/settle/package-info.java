/// How holds end: by what a call cost, given back, or by what the ledger says.
@NullMarked
package dev.tollgate.quota.settle;

import org.jspecify.annotations.NullMarked;

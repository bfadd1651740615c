/// What providers say against what the ledger says.
@NullMarked
package dev.tollgate.query.reconcile;

import org.jspecify.annotations.NullMarked;

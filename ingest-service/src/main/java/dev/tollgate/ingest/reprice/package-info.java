/// Corrections of the ledger after prices or attribution rules have changed.
@NullMarked
package dev.tollgate.ingest.reprice;

import org.jspecify.annotations.NullMarked;

/// Corrections of the ledger after prices have changed.
@NullMarked
package dev.tollgate.ingest.reprice;

import org.jspecify.annotations.NullMarked;

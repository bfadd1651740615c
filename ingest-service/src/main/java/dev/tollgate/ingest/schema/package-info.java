/// The ledger's tables, and how they come to be.
@NullMarked
package dev.tollgate.ingest.schema;

import org.jspecify.annotations.NullMarked;

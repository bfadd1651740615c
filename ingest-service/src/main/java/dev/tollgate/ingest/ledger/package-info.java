/// The ledger: where accepted events end up, each once.
@NullMarked
package dev.tollgate.ingest.ledger;

import org.jspecify.annotations.NullMarked;

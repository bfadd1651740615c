/// Accepted events as rows of the ledger, in ClickHouse's binary form.
@NullMarked
package dev.tollgate.ingest.encode;

import org.jspecify.annotations.NullMarked;

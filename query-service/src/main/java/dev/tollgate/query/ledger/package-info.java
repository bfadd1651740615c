/// The ledger in ClickHouse, read.
@NullMarked
package dev.tollgate.query.ledger;

import org.jspecify.annotations.NullMarked;

/// What is unusual in the ledger, found hour by hour.
@NullMarked
package dev.tollgate.query.anomaly;

import org.jspecify.annotations.NullMarked;

/// How statements on the ledger speak of dimensions.
@NullMarked
package dev.tollgate.quota.ledger;

import org.jspecify.annotations.NullMarked;

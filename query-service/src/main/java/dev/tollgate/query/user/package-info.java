/// Users: names outside, surrogates in the ledger.
@NullMarked
package dev.tollgate.query.user;

import org.jspecify.annotations.NullMarked;

/// What each cost centre bears of a month, and statements of that.
@NullMarked
package dev.tollgate.query.chargeback;

import org.jspecify.annotations.NullMarked;

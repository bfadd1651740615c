/// Which single events lie under a sum.
@NullMarked
package dev.tollgate.query.search;

import org.jspecify.annotations.NullMarked;

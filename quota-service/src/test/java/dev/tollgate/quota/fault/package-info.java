/// Real processes, real stores, and everything that breaks.
@NullMarked
package dev.tollgate.quota.fault;

import org.jspecify.annotations.NullMarked;

/// What a workload that does not exist yet would cost.
@NullMarked
package dev.tollgate.query.plan;

import org.jspecify.annotations.NullMarked;

/// How long query-service's answers take, beside the bare statements.
@NullMarked
package dev.tollgate.load.query;

import org.jspecify.annotations.NullMarked;

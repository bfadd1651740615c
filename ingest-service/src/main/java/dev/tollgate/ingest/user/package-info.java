/// Who stands behind a surrogate, and how that is forgotten.
@NullMarked
package dev.tollgate.ingest.user;

import org.jspecify.annotations.NullMarked;

/// Several instances of ingest: which of them decides about an id, and how the others ask it.
@NullMarked
package dev.tollgate.ingest.share;

import org.jspecify.annotations.NullMarked;

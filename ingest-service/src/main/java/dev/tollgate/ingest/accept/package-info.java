/// The wire edge: streams of usage in, one result per event out.
@NullMarked
package dev.tollgate.ingest.accept;

import org.jspecify.annotations.NullMarked;

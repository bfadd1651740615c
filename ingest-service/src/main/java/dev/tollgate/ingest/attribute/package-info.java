/// What calls are attributed to whose callers don't say it themselves.
@NullMarked
package dev.tollgate.ingest.attribute;

import org.jspecify.annotations.NullMarked;

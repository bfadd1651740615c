/// Meters calls of models: asks before each, tells after it what it consumed.
@NullMarked
package dev.tollgate.client.meter;

import org.jspecify.annotations.NullMarked;

/// Brings usage of the past in: other tools' exports, read and said as events.
@NullMarked
package dev.tollgate.cli.backfill;

import org.jspecify.annotations.NullMarked;

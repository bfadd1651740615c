/// How load is made and measured: as much as is answered, or so much per second, in rounds.
@NullMarked
package dev.tollgate.load.drive;

import org.jspecify.annotations.NullMarked;

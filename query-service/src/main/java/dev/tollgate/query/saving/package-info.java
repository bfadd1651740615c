/// What could be saved.
@NullMarked
package dev.tollgate.query.saving;

import org.jspecify.annotations.NullMarked;

/// What a unit costs, and what it brings.
@NullMarked
package dev.tollgate.query.unit;

import org.jspecify.annotations.NullMarked;

/// How well endpoints did, and when they did badly.
@NullMarked
package dev.tollgate.query.health;

import org.jspecify.annotations.NullMarked;

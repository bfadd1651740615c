/// What was brought into use, and when.
@NullMarked
package dev.tollgate.query.deployment;

import org.jspecify.annotations.NullMarked;

/// What was spent on attempts that led nowhere.
@NullMarked
package dev.tollgate.query.waste;

import org.jspecify.annotations.NullMarked;

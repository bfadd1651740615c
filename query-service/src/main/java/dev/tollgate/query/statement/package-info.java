/// SQL whose text no caller can influence.
@NullMarked
package dev.tollgate.query.statement;

import org.jspecify.annotations.NullMarked;

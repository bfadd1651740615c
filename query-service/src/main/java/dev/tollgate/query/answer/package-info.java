/// What all methods do to answer a question.
@NullMarked
package dev.tollgate.query.answer;

import org.jspecify.annotations.NullMarked;

/// How an answer that comes later reaches its caller.
@NullMarked
package dev.tollgate.quota.answer;

import org.jspecify.annotations.NullMarked;

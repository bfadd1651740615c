/// What a call may cost and did cost, by the price books in force.
@NullMarked
package dev.tollgate.quota.price;

import org.jspecify.annotations.NullMarked;

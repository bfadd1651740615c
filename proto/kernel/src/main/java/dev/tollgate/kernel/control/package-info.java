/// Small durable tables that are written rarely and read by polling.
@NullMarked
package dev.tollgate.kernel.control;

import org.jspecify.annotations.NullMarked;

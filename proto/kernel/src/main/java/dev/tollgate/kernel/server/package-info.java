/// The gRPC server, and what every call passes through on its way to its handler.
@NullMarked
package dev.tollgate.kernel.server;

import org.jspecify.annotations.NullMarked;

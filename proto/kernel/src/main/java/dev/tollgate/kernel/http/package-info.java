/// The JSON edge: every unary RPC as an HTTP route, by its `google.api.http` annotation.
@NullMarked
package dev.tollgate.kernel.http;

import org.jspecify.annotations.NullMarked;

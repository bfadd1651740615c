/// What tests of services stand on: the stores, in-process gRPC, conformance checks.
@NullMarked
package dev.tollgate.testkit;

import org.jspecify.annotations.NullMarked;

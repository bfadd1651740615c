package dev.tollgate.query.impact;

import dev.tollgate.query.scope.Scope;
import java.time.Instant;

/// The usage that is compared: from the scope's start to before `deployed`, and from `resumed` to
/// before its end.
///
/// @param complete whether all of the window after the deployment is over
record Compared(Scope scope, Instant deployed, Instant resumed, boolean complete) {}

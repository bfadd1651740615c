/// What there is to know besides usage: outcomes, deployments, costs that are not calls.
@NullMarked
package dev.tollgate.ingest.fact;

import org.jspecify.annotations.NullMarked;

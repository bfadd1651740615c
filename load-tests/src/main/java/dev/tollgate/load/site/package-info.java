/// Where it is measured: stores and services of the benchmark's own, each in its process, and
/// tenants that call them.
@NullMarked
package dev.tollgate.load.site;

import org.jspecify.annotations.NullMarked;

/// The two stores as child processes of the product, with no server to install.
@NullMarked
package dev.tollgate.embedded;

import org.jspecify.annotations.NullMarked;

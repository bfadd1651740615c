/// The example of the client's README.
@NullMarked
package dev.tollgate.client.example;

import org.jspecify.annotations.NullMarked;

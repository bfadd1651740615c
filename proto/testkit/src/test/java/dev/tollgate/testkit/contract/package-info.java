/// What is promised about the contract in `proto`: how it is written, and that it stays compatible.
@NullMarked
package dev.tollgate.testkit.contract;

import org.jspecify.annotations.NullMarked;

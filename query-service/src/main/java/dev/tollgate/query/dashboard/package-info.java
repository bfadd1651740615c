/// What people see of the answers in a browser.
@NullMarked
package dev.tollgate.query.dashboard;

import org.jspecify.annotations.NullMarked;

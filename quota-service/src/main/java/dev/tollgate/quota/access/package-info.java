/// Tenants and their API keys.
@NullMarked
package dev.tollgate.quota.access;

import org.jspecify.annotations.NullMarked;

package dev.tollgate.query.statement;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TenantPredicateTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1 AS answer",
        "SELECT a FROM t AS r WHERE r.tenant_id = {tenant:String}",
        "SELECT a FROM t AS r WHERE r.x IN (1, 2) AND r.tenant_id = {tenant:String} GROUP BY a",
        "SELECT a FROM t AS r WHERE r.tenant_id = {tenant:String} AND (r.x = 1 OR r.y = 2)",
        "SELECT a FROM (SELECT a FROM t AS r WHERE r.tenant_id = {tenant:String}) AS s",
        "SELECT b FROM t AS r ARRAY JOIN r.a AS b WHERE r.tenant_id = {tenant:String}",
        "SELECT a FROM t AS r INNER JOIN u AS s ON r.k = s.k"
            + " WHERE r.tenant_id = {tenant:String} AND s.tenant_id = {tenant:String}",
      })
  void complaints_everyTableConstrained_isEmpty(String sql) {
    assertThat(TenantPredicate.complaints(sql)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT a FROM t",
        "SELECT a FROM t AS r",
        "SELECT a FROM t AS r WHERE r.x = 1",
        "SELECT a FROM t AS r WHERE r.tenant_id = r.tenant_id",
        "SELECT a FROM t AS r WHERE r.tenant_id = {other:String}",
        "SELECT a FROM t AS r WHERE NOT r.tenant_id = {tenant:String}",
        "SELECT a FROM t AS r WHERE r.tenant_id = {tenant:String} OR r.x = 1",
        "SELECT a FROM t AS r WHERE r.x = 1 OR r.tenant_id = {tenant:String}",
        "SELECT a FROM t AS r WHERE (r.tenant_id = {tenant:String} OR r.x = 1) AND r.y = 1",
        "SELECT a FROM t AS r WHERE r.x = ' AND r.tenant_id = {tenant:String} '",
        "SELECT a FROM t AS r WHERE r.x = 1 -- AND r.tenant_id = {tenant:String}",
        "SELECT a FROM t AS r GROUP BY a HAVING a = 1 AND r.tenant_id = {tenant:String}",
        "SELECT a FROM t AS r, u AS s WHERE r.tenant_id = {tenant:String}",
        "SELECT a FROM t AS r JOIN u AS s ON r.k = s.k WHERE r.tenant_id = {tenant:String}",
        "SELECT b FROM t AS r ARRAY JOIN r.a AS b WHERE r.x = 1",
        "SELECT a FROM (SELECT a FROM t AS r) AS s WHERE s.tenant_id = {tenant:String}",
        "SELECT a FROM t AS r WHERE r.tenant_id = {tenant:String} UNION ALL SELECT a FROM t AS r",
        "SELECT a FROM t AS r WHERE r.tenant_id = {tenant:String}"
            + " AND r.x IN (SELECT x FROM u AS s)",
      })
  void complaints_someTableNotConstrained_saysSo(String sql) {
    assertThat(TenantPredicate.complaints(sql)).isNotEmpty();
  }

  @Test
  void complaints_twoTables_namesTheOneWithout() {
    assertThat(
            TenantPredicate.complaints(
                "SELECT a FROM t AS r JOIN u AS s ON r.k = s.k"
                    + " WHERE r.tenant_id = {tenant:String}"))
        .containsExactly("u AS s: not constrained to the tenant");
  }
}

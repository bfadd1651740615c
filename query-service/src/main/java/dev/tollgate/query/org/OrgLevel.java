package dev.tollgate.query.org;

/// What a child of a link is: the parent of a team is a department, of that a cost centre, of that
/// an owner.
public enum OrgLevel {
  TEAM,
  DEPARTMENT,
  COST_CENTER
}

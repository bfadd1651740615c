package dev.tollgate.quota.access;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.kernel.field.Shown;
import dev.tollgate.proto.access.v1.CreateApiKeyRequest;
import dev.tollgate.proto.common.v1.Role;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a request for a new key says, checked.
record KeyForm(String displayName, Set<Role> roles, SortedMap<String, String> pins) {
  private static final Set<Role> GRANTABLE =
      EnumSet.of(Role.ROLE_CALLER, Role.ROLE_READER, Role.ROLE_ADMIN);
  private static final List<String> PINNABLE =
      List.of("team", "project", "environment", "customer", "feature", "user", "cost_center");
  private static final int NAME_MAX = 128;
  private static final int ROLES_MAX = 10;

  static KeyForm of(CreateApiKeyRequest request) {
    var fields = new Fields();
    var form =
        new KeyForm(
            fields.text("display_name", request.getDisplayName(), 1, NAME_MAX),
            roles(request, fields),
            pins(request, fields));
    fields.check();
    return form;
  }

  private static Set<Role> roles(CreateApiKeyRequest request, Fields fields) {
    var roles = EnumSet.noneOf(Role.class);
    fields.count("roles (size)", request.getRolesCount(), 1, ROLES_MAX);
    for (int i = 0; i < Math.min(request.getRolesCount(), ROLES_MAX); i++) {
      var role = request.getRoles(i);
      if (GRANTABLE.contains(role)) {
        roles.add(role);
      } else {
        fields.reject(
            "roles[" + i + "]",
            role == Role.UNRECOGNIZED ? "" + request.getRolesValue(i) : role.name(),
            "one of ROLE_CALLER, ROLE_READER, ROLE_ADMIN");
      }
    }
    return roles;
  }

  private static SortedMap<String, String> pins(CreateApiKeyRequest request, Fields fields) {
    var pins = new TreeMap<String, String>();
    request
        .getPinnedDimensionsMap()
        .forEach((name, value) -> {
          if (PINNABLE.contains(name)) {
            var field = "pinned_dimensions[" + name + "]";
            pins.put(name, fields.text(field, value, 1, Fields.DIMENSION_VALUE_MAX));
          } else {
            fields.reject(
                "pinned_dimensions (key)",
                Shown.text(name),
                "one of " + String.join(", ", PINNABLE) + hint(name));
          }
        });
    return pins;
  }

  private static String hint(String name) {
    var nearest = Dimension.nearest(name);
    return PINNABLE.contains(nearest) ? "; did you mean " + nearest + "?" : "";
  }
}

package dev.tollgate.kernel.http;

import com.google.api.AnnotationsProto;
import com.google.protobuf.Message;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// All routes of a server, and which of them a request means.
public final class Routes {
  /// What a method and a path lead to.
  sealed interface Found {
    record Match(Route route, Map<String, String> variables) implements Found {}

    record Own(OwnRoute route) implements Found {}

    record File(PublicFile file) implements Found {}

    /// The path exists for other HTTP methods only.
    record WrongVerb(String allowed) implements Found {}

    record Nothing() implements Found {}
  }

  private final List<Route> routes;
  private final List<OwnRoute> own;
  private final List<PublicFile> files;

  private Routes(List<Route> routes, List<OwnRoute> own, List<PublicFile> files) {
    this.routes = routes;
    this.own = own;
    this.files = files;
  }

  /// The routes of all unary methods that carry an annotation, those that a service answers itself,
  /// and its files.
  public static Routes of(List<? extends BindableService> services) {
    var routes = new ArrayList<Route>();
    var own = new ArrayList<OwnRoute>();
    var files = new ArrayList<PublicFile>();
    for (var service : services) {
      for (var method : service.bindService().getServiceDescriptor().getMethods()) {
        routes.addAll(of(method));
      }
      if (service instanceof Routed routed) {
        own.addAll(routed.routes());
        files.addAll(routed.files());
      }
    }
    // A literal path wins over one with a variable in the same place.
    routes.sort(Comparator.comparingInt(route -> route.path().variables().size()));
    return new Routes(List.copyOf(routes), List.copyOf(own), List.copyOf(files));
  }

  private static List<Route> of(MethodDescriptor<?, ?> method) {
    if (!(method.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier supplier)
        || method.getType() != MethodDescriptor.MethodType.UNARY) {
      return List.of();
    }
    var schema = supplier.getMethodDescriptor();
    var options = schema.getOptions();
    if (!options.hasExtension(AnnotationsProto.http)) {
      return List.of();
    }
    // Every method of generated code takes and returns protobuf's messages.
    @SuppressWarnings("unchecked")
    var typed = (MethodDescriptor<Message, Message>) method;
    var rule = options.getExtension(AnnotationsProto.http);
    var routes = new ArrayList<Route>();
    routes.add(Route.of(rule, typed, schema));
    rule.getAdditionalBindingsList().forEach(more -> routes.add(Route.of(more, typed, schema)));
    return routes;
  }

  List<Route> all() {
    return routes;
  }

  List<OwnRoute> own() {
    return own;
  }

  Found find(String verb, String rawPath) {
    var others = new TreeSet<String>();
    for (var route : own) {
      if (route.path().equals(rawPath)) {
        if (verb.equals("POST")) {
          return new Found.Own(route);
        }
        others.add("POST");
      }
    }
    for (var file : files) {
      if (file.path().equals(rawPath)) {
        if (verb.equals("GET")) {
          return new Found.File(file);
        }
        others.add("GET");
      }
    }
    for (var route : routes) {
      if (!route.path().pattern().matcher(rawPath).matches()) {
        continue;
      }
      if (route.verb().equals(verb)) {
        return new Found.Match(route, route.path().match(rawPath).orElseThrow());
      }
      others.add(route.verb());
    }
    return others.isEmpty() ? new Found.Nothing() : new Found.WrongVerb(String.join(", ", others));
  }
}

package dev.tollgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The script, in a copy of the tree that has nothing but it, on a machine that lacks things.
class ScriptTest {
  private static final List<String> TOOLS =
      List.of(
          "bash",
          "sed",
          "dirname",
          "readlink",
          "cat",
          "find",
          "mkdir",
          "flock",
          "env",
          "touch",
          "rm");

  private static final FileAttribute<Set<PosixFilePermission>> EXECUTABLE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  @TempDir Path folder;
  private Path script = Path.of("");
  private Path bin = Path.of("");

  @BeforeEach
  void copy() throws IOException {
    script = folder.resolve("tollgate/deploy/tollgate");
    Files.createDirectories(script.getParent());
    Files.createDirectories(folder.resolve("tollgate/proto/embedded/engine"));
    Files.copy(
        Commands.ROOT.resolve("deploy/tollgate"), script, StandardCopyOption.COPY_ATTRIBUTES);
    bin = Files.createDirectory(folder.resolve("bin"));
    for (var tool : TOOLS) {
      provide(tool, tool);
    }
  }

  /// Puts a tool on the path of the script, which does what another one of this machine does.
  private void provide(String name, String tool) throws IOException {
    for (var place : List.of("/usr/bin", "/bin")) {
      var file = Path.of(place, tool);
      if (Files.isExecutable(file) && !Files.exists(bin.resolve(name))) {
        var wrapper = Files.createFile(bin.resolve(name), EXECUTABLE);
        Files.writeString(wrapper, "#!/bin/sh\nexec " + file + " \"$@\"\n");
      }
    }
  }

  @Test
  void help_withoutAnything_explains() throws Exception {
    var outcome = run(Map.of(), "--help");

    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).contains("demo", "up", "price", "test", "JDK 25");
    assertThat(run(Map.of(), "test", "--help").out()).contains("--long");
  }

  @Test
  void demo_withoutJdk_saysWhatToInstall() throws Exception {
    var outcome = run(Map.of("TOLLGATE_JVMS", "/nowhere"), "demo");

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(outcome.err()).contains("JDK 25", "install", "JAVA_HOME");
  }

  @Test
  void demo_withAnOlderJdk_isNotFooled() throws Exception {
    var old = Files.createDirectories(folder.resolve("jvms/jdk-25-not/bin"));
    Files.createFile(old.resolve("javac"), EXECUTABLE);
    Files.writeString(old.resolveSibling("release"), "JAVA_VERSION=\"17.0.1\"\n");

    var outcome = run(Map.of("TOLLGATE_JVMS", folder.resolve("jvms").toString()), "demo");

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).contains("JDK 25");
  }

  @Test
  void demo_withoutNpm_saysWhatToInstall() throws Exception {
    provide("mvn", "cat");

    var outcome = run(Map.of("JAVA_HOME", System.getProperty("java.home")), "demo");

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(outcome.err()).contains("npm", "install");
  }

  /// It comes as far as the build, which a Maven that only prints files can't do.
  @Test
  void price_withoutNpm_doesNotMissIt() throws Exception {
    provide("mvn", "cat");
    for (var tool : List.of("tee", "grep", "tail")) {
      provide(tool, tool);
    }

    var outcome = run(Map.of("JAVA_HOME", System.getProperty("java.home")), "price", "-");

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).contains("the build failed").doesNotContain("npm", "ClickHouse");
  }

  @Test
  void help_ofACommandWithoutMaven_saysWhatToInstall() throws Exception {
    var outcome = run(Map.of("JAVA_HOME", System.getProperty("java.home")), "up", "--help");

    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).contains("mvn", "install");
  }

  private Commands.Outcome run(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    var out = folder.resolve("out.txt");
    var err = folder.resolve("err.txt");
    var command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(arguments));
    var builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", bin.toString());
    builder.environment().putAll(environment);
    var code = builder.start().waitFor();
    return new Commands.Outcome(code, Files.readString(out), Files.readString(err));
  }
}

package dev.tilecast.testbed.sabotage;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles the one changed file of a sabotage, to stand in front of the class path. */
final class Rebuild {
  private final JavaCompiler compiler;
  private final SourceTree tree;

  /**
   * @throws IOException where this Java has no compiler
   */
  Rebuild(SourceTree tree) throws IOException {
    this.tree = tree;
    this.compiler =
        Optional.ofNullable(ToolProvider.getSystemJavaCompiler())
            .orElseThrow(
                () ->
                    new IOException(
                        System.getProperty("java.home")
                            + " has no compiler; set JAVA_HOME to a JDK, 17 or newer"));
  }

  /**
   * The classes of {@code sabotage}, in a folder under {@code scratch}.
   *
   * @throws StaleException where it does not fit the sources, or what it gives is not Java
   */
  Path classes(Sabotage sabotage, Path scratch) throws IOException, StaleException {
    String changed = sabotage.applyTo(tree.read(sabotage));
    Path folder = scratch.resolve(sabotage.name());
    Path classes = Files.createDirectories(folder.resolve("classes"));
    Path fileName = Path.of(sabotage.source()).getFileName();
    Path source = Files.writeString(folder.resolve(fileName), changed);
    DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(said, Locale.ROOT, null)) {
      List<String> options =
          List.of("-proc:none", "-nowarn", "-d", classes.toString(), "-cp", tree.classPath());
      boolean compiled =
          compiler
              .getTask(
                  new StringWriter(), files, said, options, null, files.getJavaFileObjects(source))
              .call();
      if (!compiled) {
        throw new StaleException("it does not compile: " + said.getDiagnostics());
      }
    }
    return classes;
  }
}

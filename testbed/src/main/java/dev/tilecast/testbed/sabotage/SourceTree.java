package dev.tilecast.testbed.sabotage;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The source tree that this program was built in, with the class path of this program.
 *
 * @param root its top folder
 * @param classPath of this process
 */
record SourceTree(Path root, String classPath) {
  private static final String SCENARIO_SUFFIX = ".scenario";

  /**
   * The tree around the jar or folder that this class came from.
   *
   * @throws IOException where there is none, in words
   */
  static SourceTree ofThisProgram() throws IOException {
    Path own;
    try {
      own = Path.of(SourceTree.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IOException("the place of this program is no path: " + e.getMessage(), e);
    }
    for (Path folder = own; folder != null; folder = folder.getParent()) {
      if (Files.isDirectory(folder.resolve("engine/src/main/java"))
          && Files.isDirectory(folder.resolve("testbed/scenarios"))) {
        return new SourceTree(folder, System.getProperty("java.class.path"));
      }
    }
    throw new IOException(
        own
            + " is in no source tree, and bugs are put into sources; run cli/tilecast of a checkout"
            + " of tilecast");
  }

  String read(Sabotage sabotage) throws IOException {
    return Files.readString(root.resolve(sabotage.source()));
  }

  /** The scenarios of these names, or all; absolute. */
  List<String> scenarios(List<String> names) throws IOException {
    Path folder = root.resolve("testbed/scenarios");
    if (!names.isEmpty()) {
      return names.stream().map(name -> folder.resolve(name + SCENARIO_SUFFIX).toString()).toList();
    }
    List<String> all = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SCENARIO_SUFFIX)) {
      files.forEach(file -> all.add(file.toString()));
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    all.sort(null);
    return all;
  }
}

package dev.tilecast.transport.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Optional;

/** Who may use the sockets for programs: the owner of the home, and perhaps one group. */
public final class Rights {
  private static final Rights OWNER = new Rights(Optional.empty());

  private final Optional<GroupPrincipal> group;

  private Rights(Optional<GroupPrincipal> group) {
    this.group = group;
  }

  /** The owner alone. */
  public static Rights ofOwner() {
    return OWNER;
  }

  /**
   * The owner, and the members of {@code group}.
   *
   * @param run the folder {@code run} of the tile's home, which they may pass through from now on
   * @throws IOException where there is no such group, or it may not be given to files by this
   *     process; in words for a person
   */
  public static Rights ofGroup(String group, Path run) throws IOException {
    try {
      Rights rights =
          new Rights(
              Optional.of(
                  run.getFileSystem()
                      .getUserPrincipalLookupService()
                      .lookupPrincipalByGroupName(group)));
      rights.openRun(run);
      return rights;
    } catch (UserPrincipalNotFoundException e) {
      throw new IOException("there is no group '" + group + "' on this machine", e);
    } catch (IOException e) {
      throw new IOException(
          "this process may not give files to the group '"
              + group
              + "': it must be root or a member of it ("
              + e.getMessage()
              + ")",
          e);
    }
  }

  /** The folder above the sockets. */
  void openRun(Path run) throws IOException {
    if (group.isPresent()) {
      give(run, "rwx--x---");
    } else {
      Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwx------"));
    }
  }

  /** A folder that nobody but the owner sees yet. */
  void makeFolder(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
  }

  /** Lets in whoever may, once all that is in it has its rights. */
  void openFolder(Path folder) throws IOException {
    if (group.isPresent()) {
      give(folder, "rwxr-x---");
    }
  }

  void openSocket(Path socket) throws IOException {
    if (group.isPresent()) {
      give(socket, "rw-rw----");
    }
  }

  private void give(Path path, String permissions) throws IOException {
    Files.getFileAttributeView(path, PosixFileAttributeView.class).setGroup(group.orElseThrow());
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }
}

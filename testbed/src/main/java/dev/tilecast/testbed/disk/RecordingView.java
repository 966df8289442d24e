package dev.tilecast.testbed.disk;

import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

/** What programs may ask and change of one file or folder. */
record RecordingView(RecordingPath path) implements PosixFileAttributeView {
  @Override
  public String name() {
    return "posix";
  }

  @Override
  public PosixFileAttributes readAttributes() throws IOException {
    return path.getFileSystem().attributes(path);
  }

  @Override
  public void setPermissions(Set<PosixFilePermission> permissions) throws IOException {
    RecordingFileSystem fileSystem = path.getFileSystem();
    fileSystem.permit(fileSystem.find(path), PosixFilePermissions.toString(permissions));
  }

  @Override
  public void setTimes(FileTime modified, FileTime accessed, FileTime created) {
    throw new UnsupportedOperationException("times are those of this file system's own clock");
  }

  @Override
  public UserPrincipal getOwner() {
    throw new UnsupportedOperationException("this file system has no users");
  }

  @Override
  public void setOwner(UserPrincipal owner) {
    throw new UnsupportedOperationException("this file system has no users");
  }

  @Override
  public void setGroup(GroupPrincipal group) {
    throw new UnsupportedOperationException("this file system has no users");
  }
}

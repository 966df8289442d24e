package dev.tilecast.testbed.process;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A temporary folder for daemons of this process. It goes away when it is closed, and also when
 * this process is told to end, after its daemons; unless it is to be kept.
 */
public final class Scratch implements AutoCloseable {
  private static final int ATTEMPTS = 10;
  private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Path folder;
  private final Thread hook;
  private boolean done;
  private volatile boolean ending;

  private Scratch(Path folder) {
    this.folder = folder;
    this.hook = new Thread(this::endWithProcess, "scratch");
  }

  /** Makes a new folder, whose name begins with {@code prefix}. */
  public static Scratch make(String prefix) throws IOException {
    return of(Files.createTempDirectory(prefix).toRealPath());
  }

  /** Takes over {@code folder}, which exists. */
  public static Scratch of(Path folder) {
    Scratch scratch = new Scratch(folder);
    // Its own hook cannot be added any more once this process is told to end.
    ChildProcesses.watch();
    Runtime.getRuntime().addShutdownHook(scratch.hook);
    return scratch;
  }

  /** Where it is. */
  public Path folder() {
    return folder;
  }

  /** Lets the folder stay. */
  public synchronized void keep() {
    done = true;
  }

  /** Whether this process was told to end, so that what fails now needs no words. */
  public boolean isEnding() {
    return ending;
  }

  private void endWithProcess() {
    ending = true;
    ChildProcesses.killAll();
    for (int attempt = 1; !isGone(attempt == ATTEMPTS); attempt++) {
      LockSupport.parkNanos(AGAIN_NANOS);
    }
  }

  /** Whether nothing is left to be done; the main thread may still be making files for a moment. */
  private boolean isGone(boolean last) {
    try {
      close();
      return true;
    } catch (IOException e) {
      if (last) {
        System.err.println("tilecast: " + folder + " could not be deleted: " + e);
      }
      return last;
    }
  }

  /** Deletes the folder and all that is in it. Daemons in it must have ended. */
  @Override
  public synchronized void close() throws IOException {
    if (!done) {
      Files.walkFileTree(folder, new Deletion());
      done = true;
    }
  }

  /** Symbolic links are deleted, not followed. */
  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path visited, IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      Files.delete(visited);
      return FileVisitResult.CONTINUE;
    }
  }
}

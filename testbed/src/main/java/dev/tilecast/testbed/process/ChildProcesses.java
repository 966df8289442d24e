package dev.tilecast.testbed.process;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The processes that this one has started and that are not known to have ended. When this process
 * ends, whichever way it still can act, they are killed: no daemon of a test or a demo stays
 * behind.
 */
final class ChildProcesses {
  private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();
  private static volatile boolean ending;

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(ChildProcesses::killAll, "kill-children"));
  }

  private ChildProcesses() {}

  /** Sees to it that what is added later is killed when this process ends. */
  static void watch() {
    // The class was loaded, and its hook added with it.
  }

  static void add(Process process) {
    RUNNING.add(process);
    if (ending) {
      // Started while this process was told to end, perhaps too late for killAll to have seen it.
      process.destroyForcibly();
    }
  }

  static void remove(Process process) {
    RUNNING.remove(process);
  }

  /** Kills them, and all that are still to come, and returns when those that were are gone. */
  static void killAll() {
    ending = true;
    RUNNING.forEach(Process::destroyForcibly);
    RUNNING.forEach(process -> process.onExit().join());
  }
}

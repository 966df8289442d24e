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

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(ChildProcesses::killAll, "kill-children"));
  }

  private ChildProcesses() {}

  static void add(Process process) {
    RUNNING.add(process);
  }

  static void remove(Process process) {
    RUNNING.remove(process);
  }

  /** Kills them and returns when they are gone. */
  static void killAll() {
    RUNNING.forEach(Process::destroyForcibly);
    RUNNING.forEach(process -> process.onExit().join());
  }
}

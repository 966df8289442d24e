package dev.tilecast.testbed.bench;

import dev.tilecast.engine.daemon.SettingsException;
import dev.tilecast.engine.mfz.KeyException;
import dev.tilecast.engine.mfz.MakeException;
import dev.tilecast.testbed.process.ExpectationException;
import dev.tilecast.testbed.process.Launcher;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** One measurement. */
public interface Bench {
  /**
   * Measures, and hands on each figure as soon as it is known.
   *
   * @throws ExpectationException where what was to be measured did not happen
   */
  void run(Consumer<Figure> figures)
      throws IOException,
          InterruptedException,
          ExpectationException,
          SettingsException,
          KeyException,
          MakeException;

  /** All benches by name, in the order in which they run. */
  static Map<String, Bench> all(Launcher launcher) {
    Map<String, Bench> all = new LinkedHashMap<>();
    all.put("status", new StatusBench(launcher));
    all.put("daemon", new DaemonBench(launcher));
    all.put("hop", new HopBench(launcher));
    all.put("tcp", new TcpBench(launcher));
    all.put("device", new DeviceBench(launcher));
    all.put("demo", new DemoBench(launcher));
    all.put("switch", new SwitchBench());
    all.put("mfm", new MfmBench());
    all.put("link", new LinkBench());
    all.put("line", new LineBench());
    all.put("grid", new GridBench());
    all.put("quiet", new QuietBench());
    all.put("reconcile", new ReconcileBench());
    all.put("update", new UpdateBench());
    all.put("world", new WorldBench());
    return all;
  }
}

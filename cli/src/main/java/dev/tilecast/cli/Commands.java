package dev.tilecast.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Every command by its name, one or two words. */
final class Commands {
  private static final List<String> FIRST_OF_TWO = List.of("keys", "testbed");

  private Commands() {}

  /** Each name with what it does, in the order of the help. */
  static Map<String, String> summaries() {
    Map<String, String> summaries = new LinkedHashMap<>();
    summaries.put("demo", "see it work: a grid of tiles on this machine");
    summaries.put("init", "make the home of a new tile");
    summaries.put("run", "be the daemon of a tile, until SIGTERM");
    summaries.put("status", "what this tile is, holds and does");
    summaries.put("ls", "every live version");
    summaries.put("show", "all about one live version");
    summaries.put("neighbors", "who is in which direction");
    summaries.put("links", "every link, and what protects it");
    summaries.put("links pair", "make a link TLS, with one neighbor alone");
    summaries.put("transfers", "what is being pulled, and what is not");
    summaries.put("events", "what happened");
    summaries.put("why", "why a name is not yet what it should be");
    summaries.put("wait", "block until a version is live");
    summaries.put("scrub", "read what is live again, and mend what the disk has changed");
    summaries.put("counter", "tell all neighbors a number, and hear theirs");
    summaries.put("send", "send any file to one neighbor");
    summaries.put("receive", "take the files that neighbors send");
    summaries.put("service", "be the program of a service, in lines of text");
    summaries.put("publish", "drop a file into the inbox, and get the verdict");
    summaries.put("verify", "inspect any MFZ as a tile would");
    summaries.put("list", "what is packed in an MFZ");
    summaries.put("make", "pack, sign and seal an MFZ");
    summaries.put("seal", "add a seal to an MFZ");
    summaries.put("keys generate", "make a key pair");
    summaries.put("keys list", "every known key, and what it may publish");
    summaries.put("keys add", "make a public key known");
    summaries.put("keys remove", "make a public key unknown");
    summaries.put("keys allow", "let a signer publish names");
    summaries.put("testbed crash", "cut the power at every operation on the disk");
    summaries.put("testbed run", "play scenario files in simulated worlds");
    summaries.put("testbed bench", "measure the numbers that we answer for");
    summaries.put("testbed fuzz", "run many simulated worlds with random faults");
    summaries.put("testbed sabotage", "put bugs into our own code, and see them noticed");
    summaries.put("testbed device", "play the packet devices of some T2 tiles");
    summaries.put("testbed storm", "kill real daemons at random, and see that nothing is lost");
    return summaries;
  }

  /** The command called {@code name}, made anew; only its own class is loaded. */
  static Optional<Callable<Integer>> create(String name, Terminal terminal) {
    return Optional.ofNullable(
        switch (name) {
          case "demo" -> new DemoCommand(terminal);
          case "init" -> new InitCommand(terminal);
          case "run" -> new RunCommand(terminal);
          case "training" -> new TrainingCommand(terminal);
          case "status" -> new StatusCommand(terminal);
          case "ls" -> new LsCommand(terminal);
          case "show" -> new ShowCommand(terminal);
          case "neighbors" -> new NeighborsCommand(terminal);
          case "links" -> new LinksCommand(terminal);
          case "links pair" -> new LinksPairCommand(terminal);
          case "transfers" -> new TransfersCommand(terminal);
          case "events" -> new EventsCommand(terminal);
          case "why" -> new WhyCommand(terminal);
          case "wait" -> new WaitCommand(terminal);
          case "scrub" -> new ScrubCommand(terminal);
          case "counter" -> new CounterCommand(terminal);
          case "send" -> new SendCommand(terminal);
          case "receive" -> new ReceiveCommand(terminal);
          case "service" -> new ServiceCommand(terminal);
          case "publish" -> new PublishCommand(terminal);
          case "verify" -> new VerifyCommand(terminal);
          case "list" -> new ListCommand(terminal);
          case "make" -> new MakeCommand(terminal);
          case "seal" -> new SealCommand(terminal);
          case "keys generate" -> new KeysGenerateCommand(terminal);
          case "keys list" -> new KeysListCommand(terminal);
          case "keys add" -> new KeysAddCommand(terminal);
          case "keys remove" -> new KeysRemoveCommand(terminal);
          case "keys allow" -> new KeysAllowCommand(terminal);
          case "testbed crash" -> new TestbedCrashCommand(terminal);
          case "testbed run" -> new TestbedRunCommand(terminal);
          case "testbed bench" -> new TestbedBenchCommand(terminal);
          case "testbed fuzz" -> new TestbedFuzzCommand(terminal);
          case "testbed sabotage" -> new TestbedSabotageCommand(terminal);
          case "testbed device" -> new TestbedDeviceCommand(terminal);
          case "testbed storm" -> new TestbedStormCommand(terminal);
          default -> null;
        });
  }

  /** How many of {@code args} are the name of a command. */
  static int wordsOf(String[] args) {
    boolean hasTwo =
        args.length > 1
            && (FIRST_OF_TWO.contains(args[0]) || summaries().containsKey(args[0] + " " + args[1]));
    return hasTwo ? 2 : 1;
  }

  static boolean isHelp(String word) {
    return word.equals("help") || word.equals("--help") || word.equals("-h");
  }

  /** Whether {@code words} name a family of commands, and none of it. */
  static boolean isFamily(String[] words) {
    return FIRST_OF_TWO.contains(words[0]) && (words.length == 1 || isHelp(words[1]));
  }

  /** Prints all commands. */
  static void printAll(Terminal terminal) {
    print(terminal, "");
  }

  /** Prints the commands of which {@code first} is the first word. */
  static void printFamily(Terminal terminal, String first) {
    print(terminal, first + " ");
  }

  private static void print(Terminal terminal, String prefix) {
    terminal.line("usage: tilecast " + prefix + "COMMAND [OPTION...] [ARGUMENT...]");
    terminal.line("");
    summaries()
        .forEach(
            (name, does) -> {
              if (name.startsWith(prefix)) {
                terminal.line(String.format("  %-18s%s", name, does));
              }
            });
    terminal.line("");
    terminal.line("Of each: tilecast COMMAND --help. Exit codes: 0 done, 1 refused or failed,");
    terminal.line("2 usage, 3 no daemon answers, 4 timed out.");
  }

  /** What may have been meant by {@code name}, as the end of a sentence. */
  static String suggestion(String name) {
    return summaries().keySet().stream()
        .filter(known -> known.startsWith(name) || name.startsWith(known))
        .findFirst()
        .map(known -> "; did you mean: tilecast " + known + "?")
        .orElse("; see: tilecast help");
  }
}

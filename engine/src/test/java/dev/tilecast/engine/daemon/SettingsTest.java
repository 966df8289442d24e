package dev.tilecast.engine.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tilecast.engine.core.Glob;
import dev.tilecast.engine.physics.ActivationRule;
import dev.tilecast.transport.BulkLimits;
import dev.tilecast.transport.Direction;
import dev.tilecast.transport.itc.ItcSettings;
import dev.tilecast.transport.tcp.HostPort;
import dev.tilecast.transport.tcp.TcpAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SettingsTest {
  private static final Path HOME = Path.of("/var/lib/tilecast");

  @TempDir private Path folder;

  @Test
  void readsEveryKey() throws SettingsException {
    Settings settings =
        Settings.parse(
            """
            group = "my-grid"
            [limits]
            file-bytes-max = 1000
            transfers-max = 2
            catalog-names-max = 30
            reserve-bytes = 4000
            inbox-rest-millis = 0
            scrub-seconds = 500
            [[link]]
            direction = "ET"
            listen = "127.0.0.1:7001"
            mtu = 255
            address-file = "run/link-ET.address"
            [[link]]
            direction = "WT"
            connect = "10.0.0.7:7001"
            plain = true
            [[link]]
            direction = "NW"
            connect = "@/tmp/other/run/link-SE.address"
            [[activate]]
            name = "*.mfz"
            command = ["sh", "-c", "pkill mfmt2"]
            timeout-seconds = 5
            [itc]
            device = "/dev/itc/packets"
            status = "state"
            directions = ["NE", "SW"]
            queued-bytes-max = 765
            drain-bytes-per-second = 30000
            bulk-bytes-per-second = 5000
            files-percent = 30
            stuck-seconds = 9
            [programs]
            group = "mfm"
            [[activate]]
            name = "a.mfz"
            command = ["true"]
            """,
            HOME);

    assertThat(settings)
        .isEqualTo(
            new Settings(
                "my-grid",
                new LimitSettings(1000, 2, 30, 4000, 0, 500),
                List.of(
                    new LinkSettings(
                        Direction.ET,
                        new TcpAddress.Listen(
                            new HostPort("127.0.0.1", 7001),
                            Optional.of(HOME.resolve("run/link-ET.address"))),
                        255,
                        false),
                    new LinkSettings(
                        Direction.WT,
                        new TcpAddress.Connect(new HostPort("10.0.0.7", 7001)),
                        16384,
                        true),
                    new LinkSettings(
                        Direction.NW,
                        new TcpAddress.ConnectByFile(Path.of("/tmp/other/run/link-SE.address")),
                        16384,
                        false)),
                Optional.of(
                    new ItcSettings(
                        Path.of("/dev/itc/packets"),
                        HOME.resolve("state"),
                        Path.of("/sys/class/itc_pkt/statistics"),
                        Set.of(Direction.NE, Direction.SW),
                        765,
                        30000,
                        new BulkLimits(5000, 8, 30),
                        9)),
                Optional.of("mfm"),
                List.of(
                    new ActivationRule(new Glob("*.mfz"), List.of("sh", "-c", "pkill mfmt2"), 5),
                    new ActivationRule(new Glob("a.mfz"), List.of("true"), 60))));
  }

  @Test
  void onlyTheGroupMustBeThere() throws SettingsException {
    assertThat(Settings.parse("group = \"g\"", HOME))
        .isEqualTo(
            new Settings(
                "g",
                LimitSettings.DEFAULT,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                List.of()));
    assertThat(faults("")).singleElement().asString().startsWith("line 1: group: missing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          grup = "g"                        | line 2: grup: unknown key; did you mean 'group'?
          [limit]                           | line 2: limit: unknown key; did you mean 'limits'?
          nonsense-of-mine = 1              | line 2: nonsense-of-mine: unknown key; known here: group, limits, link, itc, programs, activate
          [limits]#transfer-max = 1         | line 3: limits, transfer-max: unknown key; did you mean 'transfers-max'?
          [limits]#transfers-max = 0        | line 3: limits, transfers-max: 0 is not within 1 to 64
          [limits]#transfers-max = 65       | line 3: limits, transfers-max: 65 is not within 1 to 64
          [limits]#transfers-max = "4"      | line 3: limits, transfers-max: must be a whole number
          [limits]#transfers-max = 4.5      | line 3: limits, transfers-max: must be a whole number
          [limits]#file-bytes-max=1073741825| line 3: limits, file-bytes-max: 1073741825 is not within 1 to 1073741824
          [limits]#reserve-bytes = -1       | line 3: limits, reserve-bytes: -1 is not within 0 to 1125899906842624
          limits = 4                        | line 2: limits: must be a table, as [limits]
          link = 4                          | line 2: link: must be tables, each as [[link]]
          [programs]#group = ""             | line 3: programs, group: names no group; delete it where only the owner may
          [programs]#grup = "mfm"           | line 3: programs, grup: unknown key; did you mean 'group'?
          activate = ["a"]                  | line 2: activate: must be tables, each as [[activate]]
          """)
  void tellsLineAndKeyAndWhatWouldBeRight(String lines, String expected) {
    assertThat(faults("group = \"g\"\n" + lines.replace('#', '\n')))
        .extracting(SettingsException.Fault::toString)
        .containsExactly(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          listen = "127.0.0.1:0"                           | link 1, direction: missing; one of NT NE ET SE ST SW WT NW
          direction = "EAST"#listen = "127.0.0.1:0"        | link 1, direction: 'EAST' is not one of NT NE ET SE ST SW WT NW
          direction = 2#listen = "127.0.0.1:0"             | link 1, direction: must be a text in quotes
          direction = "ET"                                 | link 1: has neither listen nor connect; one tile of a pair listens, the other connects
          direction = "ET"#listen = "a:1"#connect = "a:1"  | link 1, connect: stands beside listen; one tile of a pair listens, the other connects
          direction = "ET"#listen = "7001"                 | link 1, listen: '7001' is not an address HOST:PORT
          direction = "ET"#connect = "127.0.0.1:0"         | link 1, connect: nobody can connect to port 0; write the port that the other has
          direction = "ET"#connect = "@"                   | link 1, connect: names no file
          direction = "ET"#connect = "localhost:1"#address-file = "x" | link 1, address-file: is only for a link that listens; write connect = "@PATH"
          direction = "ET"#connect = "localhost:1"#mtu = 254          | link 1, mtu: 254 is not within 255 to 65535
          direction = "ET"#connect = "localhost:1"#bulk-bytes-per-second = 999 | link 1, bulk-bytes-per-second: 999 is not within 1000 to 1000000000000
          direction = "ET"#connect = "localhost:1"#files-percent = 100 | link 1, files-percent: 100 is not within 1 to 99
          direction = "ET"#connect = "localhost:1"#plain = "yes"      | link 1, plain: must be true or false
          direction = "ET"#connect = "localhost:1"#neighbor-key = "12ab" | link 1, neighbor-key: must be the 64 hex digits that 'tilecast links pair' shows on the neighbor's tile
          direction = "ET"#conect = "localhost:1"#connect = "localhost:2" | link 1, conect: unknown key; did you mean 'connect'?
          """)
  void tellsWhatIsWrongWithALink(String lines, String expected) {
    assertThat(faults("group = \"g\"\n[[link]]\n" + lines.replace('#', '\n')))
        .extracting(fault -> fault.key() + ": " + fault.words())
        .containsExactly(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          command = ["true"]                          | activate 1, name: missing; which names, as name = "*.mfz"
          name = "*.mfz"                              | activate 1, command: missing; what to run, as command = ["PROGRAM", "ARGUMENT"]
          name = "a.zip"#command = ["true"]           | activate 1, name: 'a.zip' can match no name: letters, digits, . _ - * ? and an end in .mfz or a star
          name = "*"#command = []                     | activate 1, command: names no program
          name = "*"#command = "true"                 | activate 1, command: must be a list of texts in quotes
          name = "*"#command = [["sleep"]]            | activate 1, command: must be a list of texts in quotes; number 1 of it is none
          name = "*"#command = ["sleep", 5]           | activate 1, command: must be a list of texts in quotes; number 2 of it is none
          name = "*"#command = ["x"]#timeout-seconds=0| activate 1, timeout-seconds: 0 is not within 1 to 86400
          """)
  void tellsWhatIsWrongWithAnActivation(String lines, String expected) {
    assertThat(faults("group = \"g\"\n[[activate]]\n" + lines.replace('#', '\n')))
        .extracting(fault -> fault.key() + ": " + fault.words())
        .containsExactly(expected);
  }

  @Test
  void whatStandsTwiceIsToBeWrittenOnce() {
    assertThat(faults("group = \"g\"\n[itc]\n[itc]\nmtu = 1\n"))
        .singleElement()
        .asString()
        .contains("line 3", "itc", "write all of it there");
  }

  @Test
  void plainTextLeavesTheMachineOnlyWhenWritten() {
    for (String line : List.of("listen = \"0.0.0.0:7001\"", "connect = \"10.0.0.1:7001\"")) {
      assertThat(faults("group = \"g\"\n[[link]]\ndirection = \"ET\"\n" + line))
          .singleElement()
          .asString()
          .startsWith("line 4: link 1, ")
          .contains("not a loopback address", "without authentication", "plain = true")
          .contains("tilecast links pair");
    }
  }

  @Test
  void aPinnedLinkMayLeaveTheMachineAndIsNotPlain() throws Exception {
    String key = "0123456789abcdef".repeat(4);
    String link =
        "group = \"g\"\n[[link]]\ndirection = \"ET\"\nlisten = \"0.0.0.0:7001\"\n"
            + "neighbor-key = \""
            + key
            + "\"\n";

    Settings settings = Settings.parse(link, HOME);

    assertThat(settings.links())
        .singleElement()
        .returns(LinkProtection.TLS, LinkSettings::protection);
    assertThat(settings.links().get(0).pinned()).contains(key);
    assertThat(Settings.parse(Settings.template("g", settings.links(), false), HOME))
        .isEqualTo(settings);
    assertThat(faults(link + "plain = true\n"))
        .singleElement()
        .asString()
        .contains("line 6", "plain: stands beside neighbor-key");
  }

  @Test
  void oneDirectionHasOneLink() {
    String link = "[[link]]\ndirection = \"ET\"\nlisten = \"127.0.0.1:0\"\n";

    assertThat(faults("group = \"g\"\n" + link + link))
        .containsExactly(
            new SettingsException.Fault(
                6, "link 2, direction", "ET has a link already; one direction, one link"));
  }

  @Test
  void tellsAllErrorsAtOnceInTheOrderOfTheFile() {
    SettingsException thrown =
        catchThrowableOfType(
            SettingsException.class,
            () ->
                Settings.parse(
                    """
                    [[activate]]
                    name = "*"
                    comand = ["true"]
                    [[link]]
                    direction = "XX"
                    connect = "nowhere"
                    [limits]
                    transfers-max = 1000
                    """,
                    HOME));

    assertThat(thrown.faults())
        .extracting(SettingsException.Fault::line)
        .containsExactly(1, 1, 3, 5, 6, 8);
    assertThat(thrown.getMessage().lines())
        .hasSize(6)
        .allMatch(line -> line.startsWith("tilecast.toml line "));
  }

  @Test
  void tellsTheLineOfWhatIsNoToml() {
    assertThat(faults("group = \"g\"\n\n[[link\n"))
        .isNotEmpty()
        .first()
        .satisfies(
            fault -> {
              assertThat(fault.line()).isEqualTo(3);
              assertThat(fault.words()).isNotBlank();
            });
  }

  @Test
  void aGroupIsAShortNameInOneLine() {
    assertThat(Settings.isGroup("my grid ü")).isTrue();
    assertThat(Settings.isGroup("x".repeat(64))).isTrue();
    assertThat(Settings.isGroup("x".repeat(65))).isFalse();
    assertThat(Settings.isGroup(" ")).isFalse();
    assertThat(Settings.isGroup("two\nlines")).isFalse();
    assertThat(faults("group = \"\"")).singleElement().asString().contains("1 to 64 characters");
  }

  @Test
  void theTemplateSaysWhatItWasGiven() throws SettingsException {
    List<LinkSettings> links =
        List.of(
            new LinkSettings(
                Direction.ET,
                new TcpAddress.Listen(
                    new HostPort("127.0.0.1", 0), Optional.of(Path.of("run/link-ET.address"))),
                1400,
                false),
            new LinkSettings(
                Direction.WT, new TcpAddress.Connect(new HostPort("::1", 7)), 16384, false),
            new LinkSettings(
                Direction.NE,
                new TcpAddress.ConnectByFile(Path.of("/tmp/with \"quotes\"\\")),
                16384,
                true));

    Settings settings =
        Settings.parse(Settings.template("a \"grid\" \\ ü", links, false), Path.of(""));

    assertThat(settings)
        .isEqualTo(
            new Settings(
                "a \"grid\" \\ ü",
                LimitSettings.DEFAULT,
                links,
                Optional.empty(),
                Optional.empty(),
                List.of()));
  }

  @Test
  void whatTheTemplateShowsIsWhatIsSoWithoutIt() throws SettingsException {
    String shown = Settings.template("g", List.of(), false).replaceAll("(?m)^#(?! )", "");

    Settings settings = Settings.parse(shown, HOME);

    assertThat(settings.limits()).isEqualTo(LimitSettings.DEFAULT);
    assertThat(settings.links())
        .extracting(LinkSettings::direction)
        .containsExactly(Direction.ET, Direction.WT);
    assertThat(settings.links()).allMatch(link -> link.mtu() == 16384 && !link.plain());
    assertThat(settings.device())
        .contains(
            new ItcSettings(
                ItcSettings.T2.device(),
                ItcSettings.T2.status(),
                ItcSettings.T2.statistics(),
                Set.of(Direction.NE, Direction.SE, Direction.SW, Direction.NW),
                510,
                65536,
                new BulkLimits(20000, 8, 20),
                5));
    assertThat(settings.programsGroup()).contains("mfm");
    assertThat(settings.activations())
        .containsExactly(
            new ActivationRule(
                new Glob("*.mfz"), List.of("sh", "-c", "pkill mfmt2 || [ $? = 1 ]"), 60));
  }

  @Test
  void anEmptySectionIsTheDeviceOfAStockTile() throws SettingsException {
    assertThat(Settings.parse("group = \"g\"\n[itc]\n", HOME).device()).contains(ItcSettings.T2);
    assertThat(Settings.parse(Settings.template("g", List.of(), true), HOME).device())
        .contains(ItcSettings.T2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          directions = ["NT"]      | itc, directions: 'NT' is not one of NE ET SE SW WT NW
          directions = ["ET"]      | itc, directions: ET has a [[link]] already; one direction, one link
          directions = ["NE","NE"] | itc, directions: NE stands there twice
          directions = []          | itc, directions: names none; delete [itc] where the tile has no packet device
          directions = "NE"        | itc, directions: must be a list of texts in quotes
          device = ""              | itc, device: names no file
          queued-bytes-max = 254   | itc, queued-bytes-max: 254 is not within 255 to 16384
          drain-bytes-per-second=1 | itc, drain-bytes-per-second: 1 is not within 1000 to 1000000
          stuck-seconds = 0        | itc, stuck-seconds: 0 is not within 1 to 3600
          devise = "x"             | itc, devise: unknown key; did you mean 'device'?
          """)
  void tellsWhatIsWrongWithTheDevice(String line, String expected) {
    String link = "\n[[link]]\ndirection = \"ET\"\nlisten = \"127.0.0.1:0\"\n";
    String others = line.startsWith("directions") ? "" : "directions = [\"NE\"]\n";
    assertThat(faults("group = \"g\"" + link + "[itc]\n" + others + line))
        .extracting(fault -> fault.key() + ": " + fault.words())
        .contains(expected);
  }

  @Test
  void readsTheFileOfAHome() throws Exception {
    Files.writeString(folder.resolve("tilecast.toml"), Settings.template("grid", List.of(), false));

    assertThat(Settings.read(folder).group()).isEqualTo("grid");
  }

  @Test
  void aHomeWithoutSettingsIsToldHowToGetThem() {
    assertThatThrownBy(() -> Settings.read(folder))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(folder.resolve("tilecast.toml") + " does not exist")
        .hasMessageContaining("tilecast init");
  }

  @Test
  void aFileThatIsNoTextOrFarTooLongIsRefused() throws IOException {
    Path file = folder.resolve("tilecast.toml");
    Files.write(file, new byte[] {'a', (byte) 0xFF});
    assertThatThrownBy(() -> Settings.read(folder)).hasMessageContaining("not UTF-8");

    Files.write(file, new byte[(1 << 20) + 1]);
    assertThatThrownBy(() -> Settings.read(folder)).hasMessageContaining("1048576 bytes");
  }

  private static List<SettingsException.Fault> faults(String text) {
    return catchThrowableOfType(SettingsException.class, () -> Settings.parse(text, HOME)).faults();
  }
}

package dev.tilecast.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadPoolExecutor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The arrows between packages, and what each of them may not mention (ARCHITECTURE.md). */
final class ArchitectureTest {
  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.tilecast");

  private static final String ROOT = "dev.tilecast.";

  /** Each package, sub-packages without an entry of their own included, with what it may use. */
  private static final Map<String, List<String>> ARROWS =
      Map.ofEntries(
          Map.entry("schema", List.of()),
          Map.entry("transport", List.of()),
          Map.entry("transport.tcp", List.of("transport")),
          Map.entry("transport.local", List.of("transport")),
          Map.entry("transport.itc", List.of("transport")),
          Map.entry("engine.message", List.of("transport")),
          Map.entry("engine.core", List.of("engine.message", "transport")),
          Map.entry("engine.sending", List.of("engine.core", "engine.message", "transport")),
          Map.entry("engine.counter", List.of("transport")),
          Map.entry("engine.disk", List.of()),
          Map.entry("engine.mfz", List.of("engine.core", "engine.message", "engine.disk")),
          Map.entry("engine.store", List.of("schema", "engine.core", "engine.message")),
          Map.entry("engine.files", List.of("engine.core", "engine.message", "engine.disk")),
          Map.entry("engine.physics", List.of("engine.core", "engine.message", "engine.disk")),
          Map.entry("engine.admin", List.of("engine.core", "engine.message", "transport")),
          Map.entry(
              "engine.daemon",
              List.of(
                  "transport",
                  "transport.tcp",
                  "transport.local",
                  "transport.itc",
                  "engine.message",
                  "engine.core",
                  "engine.disk",
                  "engine.mfz",
                  "engine.store",
                  "engine.files",
                  "engine.physics",
                  "engine.admin")),
          Map.entry(
              "testbed",
              List.of(
                  "transport",
                  "transport.tcp",
                  "engine.message",
                  "engine.core",
                  "engine.counter",
                  "engine.mfz",
                  "engine.store",
                  "engine.files",
                  "engine.physics",
                  "engine.admin",
                  "engine.daemon")),
          Map.entry(
              "cli.sending",
              List.of("engine.sending", "engine.disk", "engine.message", "transport")),
          Map.entry(
              "cli",
              List.of(
                  "cli.sending",
                  "engine.sending",
                  "engine.counter",
                  "transport.local",
                  "engine.disk",
                  "engine.admin",
                  "engine.mfz",
                  "engine.core",
                  "engine.message",
                  "engine.daemon",
                  "testbed",
                  "transport")));

  /** Libraries, each with the only packages that may use it. */
  private static final Map<String, List<String>> LIBRARIES =
      Map.ofEntries(
          Map.entry("org.jooq..", List.of("schema..", "engine.store..")),
          Map.entry("org.h2..", List.of("schema..", "engine.store..")),
          Map.entry("java.sql..", List.of("schema..", "engine.store..")),
          Map.entry("org.bouncycastle..", List.of("engine.mfz..")),
          Map.entry("org.apache.commons..", List.of("engine.mfz..")),
          Map.entry("com.github.benmanes.caffeine..", List.of("engine.daemon..")),
          Map.entry("org.tomlj..", List.of("engine.daemon..")),
          Map.entry("com.google.gson..", List.of("engine.admin..", "cli..", "testbed..")),
          Map.entry("javax.net.ssl..", List.of("transport.tcp..")),
          Map.entry("javax.tools..", List.of("testbed.sabotage..")),
          Map.entry("picocli..", List.of("cli..")));

  private static List<String> packages() {
    return List.copyOf(new TreeSet<>(ARROWS.keySet()));
  }

  private static List<String> libraries() {
    return List.copyOf(new TreeSet<>(LIBRARIES.keySet()));
  }

  /** The entry of {@link #ARROWS} that a class belongs to: the longest that its package begins. */
  private static String entryOf(JavaClass type) {
    return ARROWS.keySet().stream()
        .filter(entry -> (type.getPackageName() + ".").startsWith(ROOT + entry + "."))
        .max((one, other) -> Integer.compare(one.length(), other.length()))
        .orElse("");
  }

  private static boolean isOurs(JavaClass type) {
    return type.getPackageName().startsWith(ROOT);
  }

  @Test
  void everyClassBelongsToAPackageOfTheMap() {
    assertThat(ALL).isNotEmpty().allSatisfy(type -> assertThat(entryOf(type)).isNotEmpty());
    assertThat(packages())
        .filteredOn(entry -> ALL.stream().noneMatch(type -> entryOf(type).equals(entry)))
        .as("packages of the map that have no class")
        .isSubsetOf("testbed");
  }

  @ParameterizedTest
  @MethodSource("packages")
  void arrowsPointOneWay(String from) {
    List<String> allowed = ARROWS.get(from);
    DescribedPredicate<JavaClass> outside =
        DescribedPredicate.describe(
            "are ours and not in " + allowed,
            type ->
                isOurs(type) && !entryOf(type).equals(from) && !allowed.contains(entryOf(type)));
    noClasses()
        .that(DescribedPredicate.describe("are in " + from, type -> entryOf(type).equals(from)))
        .should(dependOnClassesThat(outside))
        .allowEmptyShould(true)
        .check(ALL);
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void aLibraryIsUsedInItsPackagesOnly(String library) {
    String[] users =
        LIBRARIES.get(library).stream().map(user -> ROOT + user).toArray(String[]::new);

    noClasses()
        .that()
        .resideOutsideOfPackages(users)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(ALL);
  }

  @Test
  void everyForeignPackageIsOneThatTheMapAllows() {
    String[] known = new TreeSet<>(LIBRARIES.keySet()).toArray(String[]::new);
    DescribedPredicate<JavaClass> foreign =
        DescribedPredicate.describe(
            "are of a library that no package is allowed",
            type ->
                !isOurs(type)
                    && !type.isPrimitive()
                    && !type.isArray()
                    && !type.getPackageName().isEmpty()
                    && !resideInAPackage("java..").test(type)
                    && !resideInAnyPackage(known).test(type));

    noClasses().should(dependOnClassesThat(foreign)).check(ALL);
  }

  @Test
  void coreAndMessageHaveNoWorldOfTheirOwn() {
    DescribedPredicate<JavaClass> world =
        DescribedPredicate.describe(
            "are of the world outside",
            type ->
                resideInAnyPackage(
                            "java.io..",
                            "java.nio.file..",
                            "java.nio.channels..",
                            "java.net..",
                            "java.util.logging..",
                            "java.util.concurrent..")
                        .test(type)
                    || type.isAssignableTo(Random.class)
                    || type.isEquivalentTo(Thread.class)
                    || type.isEquivalentTo(System.Logger.class)
                    || type.isEquivalentTo(HashMap.class)
                    || type.isEquivalentTo(HashSet.class));

    noClasses()
        .that()
        .resideInAnyPackage(
            ROOT + "engine.core..",
            ROOT + "engine.message..",
            ROOT + "engine.sending..",
            ROOT + "engine.counter..")
        .should(dependOnClassesThat(world))
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(Math.class, "random")
        .check(ALL);
  }

  @Test
  void threadsAreMadeInTheDaemonAndInLinksOnly() {
    DescribedPredicate<JavaClass> makers =
        DescribedPredicate.describe(
            "make threads",
            type ->
                type.isEquivalentTo(Executors.class)
                    || type.isAssignableTo(ThreadPoolExecutor.class)
                    || type.isAssignableTo(ForkJoinPool.class)
                    || type.isEquivalentTo(java.util.Timer.class));

    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + "engine.daemon..", ROOT + "transport..", ROOT + "testbed..")
        .and()
        // It ends with the daemon, whoever types meanwhile; nothing wakes a read of the input.
        .doNotHaveFullyQualifiedName(ROOT + "cli.ServiceCommand")
        .and()
        // The Java platform asks for a thread to be told of an interrupt.
        .doNotHaveFullyQualifiedName(ROOT + "cli.ServiceLoop")
        .and()
        .doNotHaveFullyQualifiedName(ROOT + "cli.PublishCommand")
        .should(dependOnClassesThat(makers))
        .orShould()
        .callConstructor(Thread.class)
        .orShould()
        .callConstructor(Thread.class, Runnable.class)
        .orShould()
        .callConstructor(Thread.class, Runnable.class, String.class)
        .check(ALL);
  }

  @Test
  void filesAreReachedThroughPathsAlone() {
    // A node of a device needs a reader and a writer on one descriptor; no channel has both. The
    // standard output has no path, and System.out hides why it cannot be written.
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "transport.itc..")
        .and()
        .doNotHaveFullyQualifiedName(ROOT + "cli.ProcessOutput")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.io.File")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.io.RandomAccessFile")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.io.FileInputStream")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.io.FileOutputStream")
        .check(ALL);
  }

  @Test
  void namesSayWhatAClassDecides() {
    classes()
        .should()
        .haveSimpleNameNotEndingWith("Manager")
        .andShould()
        .haveSimpleNameNotEndingWith("Util")
        .andShould()
        .haveSimpleNameNotEndingWith("Utils")
        .andShould()
        .haveSimpleNameNotEndingWith("Helper")
        .andShould()
        .haveSimpleNameNotEndingWith("Impl")
        .check(ALL);
  }
}

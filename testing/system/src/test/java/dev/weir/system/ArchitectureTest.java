package dev.weir.system;

import static com.tngtech.archunit.lang.conditions.ArchConditions.have;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/** The arrows of {@code docs/architecture.md}, and the habits that a machine can watch. */
@AnalyzeClasses(packages = "dev.weir", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    private static final String SETTINGS = "dev.weir.settings..";
    private static final String HTTP = "dev.weir.http..";
    private static final String POLICY = "dev.weir.policy..";
    private static final String CONTRACTS = "dev.weir.contracts..";
    private static final String RUNTIME = "dev.weir.runtime..";
    private static final String CACHE_SERVICE = "dev.weir.cache..";
    private static final String POLICY_SERVICE = "dev.weir.policyservice..";
    private static final String AUDIT_SERVICE = "dev.weir.audit..";
    private static final String EDGE = "dev.weir.edge..";
    private static final String CONSOLE = "dev.weir.console..";

    /** What libraries may use beside Weir's own modules: the JDK, and annotations that leave nothing behind. */
    private static final String[] JDK = {
        "java..", "javax.crypto..", "javax.net..", "javax.security..", "org.jspecify..", "com.google.errorprone.."
    };

    private static final List<Class<?>> CLOCKS = List.of(
            Clock.class,
            InstantSource.class,
            Instant.class,
            LocalDate.class,
            LocalDateTime.class,
            OffsetDateTime.class,
            ZonedDateTime.class);

    @ArchTest
    static final ArchRule settingsKnowNoOtherModule = only(SETTINGS, SETTINGS, "org.snakeyaml..");

    @ArchTest
    static final ArchRule httpSemanticsAreTheJdkOnly = only(HTTP, HTTP);

    @ArchTest
    static final ArchRule policyEngineIsPure = only(POLICY, POLICY, SETTINGS, HTTP);

    @ArchTest
    static final ArchRule contractsKnowHttpAndBuffers =
            only(CONTRACTS, CONTRACTS, HTTP, "io.vertx.core..", "io.netty.buffer..", "io.netty.util..");

    @ArchTest
    static final ArchRule runtimeKnowsNothingOfProxying = arrows(RUNTIME, RUNTIME, SETTINGS, CONTRACTS, HTTP);

    @ArchTest
    static final ArchRule cacheServiceSeesLibrariesOnly =
            arrows(CACHE_SERVICE, CACHE_SERVICE, RUNTIME, CONTRACTS, HTTP, SETTINGS);

    @ArchTest
    static final ArchRule policyServiceSeesLibrariesOnly =
            arrows(POLICY_SERVICE, POLICY_SERVICE, POLICY, RUNTIME, CONTRACTS, HTTP, SETTINGS);

    @ArchTest
    static final ArchRule auditServiceSeesLibrariesOnly =
            arrows(AUDIT_SERVICE, AUDIT_SERVICE, RUNTIME, CONTRACTS, HTTP, SETTINGS);

    @ArchTest
    static final ArchRule edgeSeesLibrariesOnly = arrows(EDGE, EDGE, POLICY, RUNTIME, CONTRACTS, HTTP, SETTINGS);

    @ArchTest
    static final ArchRule consoleSeesMessagesOnly = arrows(CONSOLE, CONSOLE, RUNTIME, CONTRACTS, HTTP, SETTINGS);

    @ArchTest
    static final ArchRule hazelcastIsNamedInRuntimeOnly = noClasses()
            .that()
            .resideOutsideOfPackage(RUNTIME)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.hazelcast..", "io.vertx.spi.cluster..");

    @ArchTest
    static final ArchRule redisIsNamedInCacheServiceOnly = noClasses()
            .that()
            .resideOutsideOfPackage(CACHE_SERVICE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx.redis..");

    @ArchTest
    static final ArchRule timeIsAnArgument =
            noClasses().that().resideInAnyPackage(HTTP, POLICY).should().accessTargetWhere(readsTheClock());

    @ArchTest
    static final ArchRule namesAreNouns = noClasses()
            .should()
            .haveNameMatching(".*(Util|Utils|Helper|Helpers|Manager|Impl)")
            .as("no class is called Util, Helper, Manager or Impl");

    @ArchTest
    static final ArchRule packagesAreNullMarked = classes()
            .should(have(DescribedPredicate.describe(
                    "a package-info with @NullMarked", type -> type.getPackage().isAnnotatedWith(NullMarked.class))));

    @ArchTest
    static final ArchRule threadsDoNotSleep = noClasses()
            .should()
            .accessTargetWhere(DescribedPredicate.describe(
                    "Thread.sleep",
                    access -> access.getTargetOwner().isEquivalentTo(Thread.class)
                            && access.getTarget().getName().equals("sleep")));

    private ArchitectureTest() {}

    /** Within these packages and the JDK. */
    private static ArchRule only(String module, String... packages) {
        String[] all = java.util.Arrays.copyOf(packages, packages.length + JDK.length);
        System.arraycopy(JDK, 0, all, packages.length, JDK.length);
        return classes()
                .that()
                .resideInAPackage(module)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(all);
    }

    /** Of Weir's own modules, these. */
    private static ArchRule arrows(String module, String... packages) {
        DescribedPredicate<JavaClass> allowed = JavaClass.Predicates.resideOutsideOfPackage("dev.weir..")
                .or(JavaClass.Predicates.resideInAnyPackage(packages))
                .as("outside Weir or in %s", String.join(", ", packages));
        return classes().that().resideInAPackage(module).should().onlyDependOnClassesThat(allowed);
    }

    private static DescribedPredicate<JavaAccess<?>> readsTheClock() {
        return DescribedPredicate.describe("the clock", access -> {
            JavaClass owner = access.getTargetOwner();
            String name = access.getTarget().getName();
            return (owner.isEquivalentTo(System.class) && (name.equals("currentTimeMillis") || name.equals("nanoTime")))
                    || (CLOCKS.stream().anyMatch(owner::isEquivalentTo)
                            && (name.equals("now") || name.startsWith("system")))
                    || (owner.isEquivalentTo(java.util.Date.class)
                            && name.equals("<init>")
                            && access.getTarget().getFullName().endsWith("<init>()"));
        });
    }
}

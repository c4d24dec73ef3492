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
import io.vertx.core.http.HttpServerRequest;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Set;
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

    /** What of a request is its head, but for the version, which says how to answer. */
    private static final Set<String> HEAD = Set.of(
            "method",
            "uri",
            "path",
            "query",
            "scheme",
            "absoluteURI",
            "authority",
            "host",
            "headers",
            "getHeader",
            "params",
            "getParam",
            "getParamsCharset",
            "setParamsCharset",
            "cookies",
            "getCookie",
            "cookieCount",
            "cookieMap");

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

    /** Law 1: rules, cache key, route, log and the octets for the origin can be made of the canonical request alone. */
    @ArchTest
    static final ArchRule headsAreReadOnce = noClasses()
            .that()
            .resideInAPackage(EDGE)
            .and()
            .resideOutsideOfPackage("dev.weir.edge.listener..")
            .and()
            .doNotHaveFullyQualifiedName("dev.weir.edge.pipeline.ReadHead")
            .should()
            .accessTargetWhere(readsAHead());

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

    /** Of a request as Vert.x decoded it; that an answer to HEAD has no content is known before its head is read. */
    private static DescribedPredicate<JavaAccess<?>> readsAHead() {
        return DescribedPredicate.describe(
                "the decoded head of a request",
                access -> access.getTargetOwner().isAssignableTo(HttpServerRequest.class)
                        && HEAD.contains(access.getTarget().getName())
                        && !(access.getTarget().getName().equals("method")
                                && access.getOriginOwner().getName().equals("dev.weir.edge.pipeline.SendAnswer")));
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

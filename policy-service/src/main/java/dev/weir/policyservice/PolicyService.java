package dev.weir.policyservice;

import dev.weir.policyservice.PolicyAuthority.Standing;
import dev.weir.runtime.Running;
import dev.weir.runtime.Service;
import dev.weir.runtime.ServiceContext;
import dev.weir.runtime.config.ListenerConfig;
import dev.weir.runtime.config.Mode;
import dev.weir.runtime.config.WeirConfig;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** policy-service as a process starts it: opens what is on the disk, reads the policy, and puts a desk in front. */
public final class PolicyService implements Service {
    /** Compiling and signing the largest lists takes seconds; what takes longer than this is reported. */
    private static final long LONGEST_TASK_SECONDS = 60;

    @Override
    public String name() {
        return "policy-service";
    }

    @Override
    public Future<Running> start(ServiceContext context) {
        // One thread: the disk's state is confined to it.
        WorkerExecutor disk =
                context.vertx().createSharedWorkerExecutor(name() + "-disk", 1, LONGEST_TASK_SECONDS, TimeUnit.SECONDS);
        SecureRandom random = new SecureRandom();
        PseudonymKeys keys = new PseudonymKeys(context.state().resolve("pseudonym-keys"), random);
        return disk.executeBlocking(() -> open(context, random))
                .compose(authority -> disk.executeBlocking(
                                () -> authority.begin(context.clock().instant()))
                        .<Running>map(standing -> desk(context, disk, authority, keys, standing)))
                .onFailure(failure -> disk.close());
    }

    private static Running desk(
            ServiceContext context,
            WorkerExecutor disk,
            PolicyAuthority authority,
            PseudonymKeys keys,
            Standing standing) {
        PolicyDesk desk = new PolicyDesk(context, disk, authority, keys);
        desk.open(standing);
        return desk;
    }

    private static PolicyAuthority open(ServiceContext context, SecureRandom random) throws IOException {
        Path directory = context.state().resolve("policy");
        KeyPair keys = new KeyPair(
                context.secrets().revisionPublicKey(), context.secrets().revisionKey());
        return new PolicyAuthority(
                PolicyOrigin.of(context.config().policy()),
                RevisionLedger.open(directory, keys, random.nextLong() | 1),
                new PublishedPolicy(directory.resolve("published.yaml")),
                guarded(context.config()));
    }

    /** The forward listeners that must not be open to everybody, because they can be reached from elsewhere. */
    static Set<String> guarded(WeirConfig config) {
        return config.listeners().stream()
                .filter(listener -> listener.mode() == Mode.FORWARD
                        && !listener.openProxy()
                        && !listener.address().isLoopback())
                .map(ListenerConfig::name)
                .collect(Collectors.toUnmodifiableSet());
    }
}

package dev.weir.edge.pipeline;

import dev.weir.contracts.cache.ExplainRequest;
import dev.weir.edge.cache.EdgeCache;
import dev.weir.edge.forward.DestinationGuard;
import dev.weir.edge.forward.DestinationResolver;
import dev.weir.edge.forward.NameLookup;
import dev.weir.edge.forward.OwnListeners;
import dev.weir.edge.forward.Tunnels;
import dev.weir.edge.listener.MalformedSink;
import dev.weir.edge.listener.RequestEntry;
import dev.weir.edge.log.EdgeLog;
import dev.weir.edge.policy.ActiveRevision;
import dev.weir.edge.policy.PolicyReplica;
import dev.weir.edge.upstream.Origins;
import dev.weir.edge.upstream.TargetHealth;
import dev.weir.edge.upstream.UpstreamSpec;
import dev.weir.http.caching.CacheProfile;
import dev.weir.policy.ResponseFacts;
import dev.weir.runtime.ServiceContext;
import dev.weir.runtime.cluster.Registration;
import dev.weir.runtime.config.ListenerConfig;
import dev.weir.runtime.config.WeirConfig;
import io.netty.util.concurrent.FastThreadLocal;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pipelines of an edge: one for each event loop, with origins and open exchanges of its own; cache, policy, log and
 * counters are shared. Thread-safe.
 */
public final class DataPlane {
    private static final Logger LOG = LoggerFactory.getLogger(DataPlane.class);

    /** Exchanges under way on one event loop; beyond, clients are told to come again. */
    private static final int MOST_EXCHANGES = 16_384;

    private static final int MOST_TUNNELS = 16_384;

    /**
     * What the event loops share.
     *
     * @param context of the service
     * @param replica the rules in force
     * @param cache what is stored
     * @param log where records go
     * @param upstreams as configured, with their certificates read
     * @param own the listeners of this process
     * @param guard of forward destinations
     * @param names their look-up
     * @param loops how many event loops there are
     */
    public record Parts(
            ServiceContext context,
            PolicyReplica replica,
            EdgeCache cache,
            EdgeLog log,
            List<UpstreamSpec> upstreams,
            OwnListeners own,
            DestinationGuard guard,
            NameLookup names,
            int loops) {}

    /** What one event loop has to itself. */
    record Loop(RequestPipeline pipeline, Origins origins, OpenExchanges open, Tunnels<Exchange> tunnels) {}

    private final Parts parts;
    private final WeirConfig config;
    private final TargetHealth targets = new TargetHealth(System::nanoTime);
    private final EdgeCounters counters;
    private final PostRoom posts;
    private final RouteTable routes;
    private final Explainer explainer;
    private final String viaName;
    private final Registration rechecks;
    private final Map<Loop, Context> loops = new ConcurrentHashMap<>();
    private final FastThreadLocal<Loop> here = new FastThreadLocal<>();

    /** Made once for an edge. */
    public DataPlane(Parts parts) {
        this.parts = parts;
        this.config = parts.context().config();
        this.counters =
                new EdgeCounters(parts.context().metrics(), parts.context().status());
        this.posts = new PostRoom(parts.context().metrics());
        this.routes = RouteTable.of(config);
        List<Explainer.Entrance> entrances = new ArrayList<>();
        config.listeners()
                .forEach(listener -> entrances.add(new Explainer.Entrance(
                        context(listener), listener.address().port())));
        this.explainer = new Explainer(
                parts.context().nodeName(),
                entrances,
                routes,
                parts.replica()::current,
                parts.cache(),
                config.forward().timeouts(),
                parts.context().clock());
        // Unique to this process, so that a chain of several Weirs is no loop.
        this.viaName = viaName(parts.context().instance());
        this.rechecks = parts.replica().onChange(this::recheck);
        parts.context().metrics().gauge("edge.tunnels.open", "Tunnels open.", this::tunnels);
        parts.context().metrics().gauge("edge.exchanges.open", "Exchanges under way.", this::open);
    }

    private static String viaName(String instance) {
        String plain = instance.replace("-", "");
        return "weir-" + plain.substring(0, Math.min(8, plain.length()));
    }

    /** What takes the requests of a listener. */
    public RequestEntry entry(ListenerConfig listener) {
        return new ExchangeEntry(context(listener), this::loop, parts.context().clock());
    }

    /** What records requests that were refused for their form before they were requests. */
    public MalformedSink malformed(ListenerConfig listener) {
        return new MalformedRecord(
                context(listener), parts.log().outbox(), parts.context().clock());
    }

    /** What would become of a request, without making it: from any thread. */
    public String explain(ExplainRequest asked) {
        return ExplainedText.of(explainer.explain(asked));
    }

    /** Exchanges under way. */
    public int open() {
        return loops.keySet().stream().mapToInt(loop -> loop.open().count()).sum();
    }

    /** Open tunnels. */
    public int tunnels() {
        return loops.keySet().stream().mapToInt(loop -> loop.tunnels().size()).sum();
    }

    /** Cuts the tunnels that are still open. */
    public void cutTunnels() {
        loops.forEach(
                (loop, context) -> context.runOnContext(now -> loop.tunnels().close()));
    }

    /** A new revision is in force: what it doesn't allow any more is cut. */
    private void recheck(ActiveRevision revision) {
        loops.forEach((loop, context) -> context.runOnContext(now -> {
            int cut = loop.tunnels()
                    .recheck(exchange -> revision.policy().evaluate(exchange.facts(), ResponseFacts.unknown())
                            instanceof dev.weir.policy.Verdict.Allow);
            if (cut > 0) {
                LOG.info("revision {} has cut {} tunnels", revision.pair(), cut);
            }
        }));
    }

    /** Closes the connections to origins, on the event loops that have them. */
    public Future<Void> close() {
        rechecks.close();
        List<Future<Void>> closing = new ArrayList<>();
        loops.forEach((loop, context) -> {
            Promise<Void> closed = Promise.promise();
            context.runOnContext(now -> loop.origins().close().onComplete(closed));
            closing.add(closed.future());
        });
        return Future.join(closing).mapEmpty();
    }

    private ListenerContext context(ListenerConfig listener) {
        return ListenerContext.of(listener, config.diagnostics(), parts.log());
    }

    private Loop loop() {
        Loop loop = here.get();
        if (loop == null) {
            loop = make();
            here.set(loop);
            loops.put(loop, parts.context().vertx().getOrCreateContext());
        }
        return loop;
    }

    private Loop make() {
        ServiceContext context = parts.context();
        Origins origins = new Origins(
                context.vertx(),
                parts.loops(),
                config.forward().limits(),
                parts.own(),
                targets,
                new OriginCounters(context.metrics()),
                parts.upstreams());
        OpenExchanges open = new OpenExchanges(MOST_EXCHANGES);
        CacheProfile profile = config.cache().profile() == dev.weir.runtime.config.CacheProfile.CAUTIOUS
                ? CacheProfile.CAUTIOUS
                : CacheProfile.STRICT_RFC;
        EdgeCache cache = parts.cache();
        Keeping keeping = new Keeping(cache, profile);
        OriginRequests requests = new OriginRequests(viaName, context.vertx());
        JoinFetch join = new JoinFetch(cache, context.clock(), context.vertx());
        Tunnels<Exchange> tunnels = new Tunnels<>(context.vertx(), MOST_TUNNELS);
        RecordExchange records = new RecordExchange(parts.log().outbox());
        List<Phase> phases = new ArrayList<>(List.of(
                new ReadHead(viaName),
                new Admit(open),
                new IdentifyClient(),
                new Authorise(parts.replica()),
                new RouteRequest(
                        routes,
                        new DestinationResolver(context.vertx(), parts.names(), parts.guard()),
                        config.forward().timeouts()),
                new LookUp(
                        cache,
                        context.clock(),
                        join,
                        new PostLookUp(cache, context.clock(), join, posts, context.vertx()),
                        new Renewals(origins, cache, keeping, requests, context.clock(), context.vertx())),
                new ForwardRequest(
                        origins,
                        cache,
                        config.cache().disconnected(),
                        context.clock(),
                        keeping,
                        requests,
                        new TunnelOpener(origins, tunnels, parts.replica(), records, open, counters)),
                new StoreAnswer(cache, keeping, context.vertx()),
                new FilterAnswer(
                        parts.replica(), context.clock(), new CacheDebug(context.clock(), context.nodeName()), viaName),
                new SendAnswer(context.vertx()),
                records,
                new FinishExchange(open, counters, context.vertx())));
        config.cache().purge().ifPresent(purge -> phases.add(new PurgeByRequest(cache, purge, context.metrics())));
        phases.sort(Comparator.comparing(Phase::stage));
        RequestPipeline pipeline = RequestPipeline.of(phases);
        return new Loop(pipeline, origins, open, tunnels);
    }
}

package dev.weir.edge.pipeline;

import dev.weir.edge.upstream.OriginMetrics;
import dev.weir.http.ProxyError;
import dev.weir.runtime.metrics.Count;
import dev.weir.runtime.metrics.Latency;
import dev.weir.runtime.metrics.Metrics;

/** What happens on the way to origins, counted. Targets are not labels: a forward proxy's clients name them. */
final class OriginCounters implements OriginMetrics {
    private final Metrics metrics;
    private final Latency connecting;
    private final Latency waiting;
    private final Count refusals;
    private final Count ejections;

    OriginCounters(Metrics metrics) {
        this.metrics = metrics;
        this.connecting = metrics.latency("edge.origin.connect", "Opening a connection to an origin.");
        this.waiting = metrics.latency("edge.origin.wait", "Waiting for a connection to an origin.");
        this.refusals = metrics.counter("edge.origin.refused", "Requests for which an origin had no connection free.");
        this.ejections = metrics.counter("edge.origin.ejected", "Targets left out for a while after failures.");
    }

    @Override
    public void connectFailed(String target, ProxyError why) {
        by("edge.origin.connect.failed", "Connections to origins that could not be made.", why);
    }

    @Override
    public void connected(String target, long nanos) {
        connecting.record(nanos);
    }

    @Override
    public void retried(String target, ProxyError why) {
        by("edge.origin.retries", "Requests sent again, as the origin cannot have acted on them.", why);
    }

    @Override
    public void waited(String target, long nanos) {
        waiting.record(nanos);
    }

    @Override
    public void refused(String target) {
        refusals.increment();
    }

    @Override
    public void ejected(String target) {
        ejections.increment();
    }

    @Override
    public void brokenAnswer(String target, ProxyError why) {
        by("edge.origin.broken", "Answers of origins that broke off or broke the protocol.", why);
    }

    private void by(String name, String help, ProxyError why) {
        metrics.counter(name, help, "error", why.token()).increment();
    }
}

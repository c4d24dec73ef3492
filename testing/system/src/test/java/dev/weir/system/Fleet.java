package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Clients that ask all edges in turn at a steady rate, each request under an id of its own, until told to finish. What
 * they hold in their hands is the truth that everything else is compared with.
 */
final class Fleet implements AutoCloseable {
    private static final int TICK_MILLIS = 10;
    private static final int CLIENTS = 24;
    private static final int MOST_OUTSTANDING = 2_000;

    /** Each with one connection to each edge, so that none is opened and then left unused until the edge closes it. */
    private final List<Client> clients;

    private final Vertx vertx;
    private final String name;
    private final List<Address> edges;
    private final Form form;
    private final long timer;
    private final long began = System.nanoTime();
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger outstanding = new AtomicInteger();
    private final AtomicLong slowestNanos = new AtomicLong();
    private final Set<String> answered = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();

    /** Starts at once; the name begins every id. */
    Fleet(Vertx vertx, String name, List<Address> edges, Form form) {
        this.vertx = vertx;
        this.clients =
                Stream.generate(() -> new Client(vertx, 1)).limit(CLIENTS).toList();
        this.name = name;
        this.edges = List.copyOf(edges);
        this.form = form;
        this.timer = vertx.setPeriodic(TICK_MILLIS, fired -> tick());
    }

    /** What came of it: ids that were answered whole and right, and everything else in words. */
    record Report(int sent, Set<String> answered, List<String> failures, Duration slowest) {
        Report {
            answered = Set.copyOf(answered);
            failures = List.copyOf(failures);
        }

        /** Failures by kind, for messages. */
        Map<String, Long> kinds() {
            return failures.stream()
                    .map(failure -> failure.substring(failure.indexOf(' ') + 1))
                    .collect(Collectors.groupingBy(kind -> kind, TreeMap::new, Collectors.counting()));
        }
    }

    int answers() {
        return answered.size();
    }

    /** The ids of requests that failed. */
    Set<String> failed() {
        return failures.stream()
                .map(failure -> failure.substring(0, failure.indexOf(' ')))
                .collect(Collectors.toSet());
    }

    /** Fails, with all failures in words, if there is one. */
    boolean hasNoFailure() {
        assertThat(failures)
                .as("failed requests after %d answers", answered.size())
                .isEmpty();
        return true;
    }

    /** Waits until so many more were answered. */
    void awaitAnswers(int more) {
        int enough = answered.size() + more;
        var unusedTime = Await.until(more + " more answers", Duration.ofSeconds(60), () -> answered.size() >= enough);
    }

    /** Asks no more, and waits for what was asked. */
    Report finish() {
        var unusedCancel = vertx.cancelTimer(timer);
        var unusedTime =
                Await.until("answers to all that was asked", Duration.ofSeconds(60), () -> outstanding.get() == 0);
        return new Report(sent.get(), answered, List.copyOf(failures), Duration.ofNanos(slowestNanos.get()));
    }

    private void tick() {
        long due = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began) * form.requestsPerSecond() / 1_000;
        // Behind after a pause of this JVM itself: catch up gently.
        for (int burst = 0; burst < 20 && sent.get() < Math.min(due, form.mostRequests()); burst++) {
            if (outstanding.get() >= MOST_OUTSTANDING) {
                return;
            }
            ask(sent.getAndIncrement());
        }
    }

    /** Every other request may come from a cache; one in fifty is stored by nobody yet. */
    private void ask(int number) {
        String id = name + "-" + number;
        String path = number % 50 == 0
                ? "/cache/" + name + "/fresh/" + number
                : number % 2 == 0 ? "/cache/" + name + "/" + number / 2 % 20 : "/pass/" + name + "/" + number % 7;
        Address edge = edges.get(number / 2 % edges.size());
        long start = System.nanoTime();
        outstanding.incrementAndGet();
        clients.get(number % CLIENTS)
                .send(edge, HttpMethod.GET, path, Map.of("X-Request-Id", id), Buffer.buffer())
                .onComplete(
                        answer -> {
                            check(id, path, edge, answer);
                            ended(start);
                        },
                        failure -> {
                            failures.add(id + " " + edge + ": " + failure);
                            ended(start);
                        });
    }

    private void check(String id, String path, Address edge, Answer answer) {
        if (answer.status() != 200) {
            failures.add(id + " " + edge + ": status " + answer.status() + " " + answer.field("Proxy-Status"));
        } else if (!answer.body().equals(Bodies.of(path))) {
            failures.add(id + " " + edge + ": wrong body of " + answer.body().length() + " bytes");
        } else {
            answered.add(id);
        }
    }

    private void ended(long start) {
        slowestNanos.accumulateAndGet(System.nanoTime() - start, Math::max);
        outstanding.decrementAndGet();
    }

    @Override
    public void close() {
        var unusedCancel = vertx.cancelTimer(timer);
        clients.forEach(Client::close);
    }
}

package dev.weir.system;

import dev.weir.system.CheckedConnection.Received;
import dev.weir.system.CheckedObject.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What is true of the checked world, and the judge of every answer: it must be a body that its origin made, whole, for
 * this object, choice and user, and no staler than its freshness, a purge or a change by the client allow.
 */
final class CheckedWorld {
    private static final int MOST_FAULTS_TOLD = 20;

    private final List<Site> sites;

    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final AtomicLong wrong = new AtomicLong();
    private final Map<String, AtomicLong> outcomes = new ConcurrentHashMap<>();

    /** One origin, and the newest purge or change of each of its objects: when it was decided, and since when it holds. */
    private static final class Site {
        final CheckedOrigin origin;
        final long[] decided = new long[CheckedObject.COUNT];
        final long[] holds = new long[CheckedObject.COUNT];

        Site(CheckedOrigin origin) {
            this.origin = origin;
        }

        synchronized void forbid(int number, long decision, long from) {
            if (decision > decided[number]) {
                decided[number] = decision;
                holds[number] = from;
            }
        }

        synchronized boolean isForbidden(int number, long generated, long sent) {
            return decided[number] > 0 && sent > holds[number] && generated < decided[number];
        }
    }

    CheckedWorld(List<CheckedOrigin> all) {
        sites = all.stream().map(Site::new).toList();
    }

    /** From {@code holds} on, nothing of this object that was generated before {@code decided} may be given out. */
    void forbid(String origin, int number, long decided, long holds) {
        site(origin).forbid(number, decided, holds);
    }

    /** How many answers were wrong. */
    long wrong() {
        return wrong.get();
    }

    /** The first wrong ones. */
    List<String> faults() {
        return List.copyOf(faults);
    }

    /** How often each outcome came. */
    Map<String, AtomicLong> outcomes() {
        return outcomes;
    }

    void count(String outcome) {
        var unusedSum =
                outcomes.computeIfAbsent(outcome, made -> new AtomicLong()).incrementAndGet();
    }

    /**
     * Judges an answer.
     *
     * @param origin the one that the request was meant for
     * @param sent when the request was sent, in nanoseconds
     */
    void judge(String origin, CheckedRequest request, Received answer, long sent) {
        String fault = fault(origin, request, answer, sent);
        count(word(answer));
        if (fault != null) {
            long before = wrong.getAndIncrement();
            if (before < MOST_FAULTS_TOLD) {
                faults.add(fault + ": " + request + " " + answer.status() + " " + answer.fields());
            }
        }
    }

    private static String word(Received answer) {
        String status = answer.field("cache-status");
        String how = status.contains("; hit") ? "hit" : status.contains("collapsed") ? "collapsed" : "other";
        return answer.status() + " " + how + (answer.whole() ? "" : " broken");
    }

    private @Nullable String fault(String origin, CheckedRequest request, Received answer, long sent) {
        CheckedObject object = request.object();
        boolean expected = switch (answer.status()) {
            case 200, 206 -> true;
            case 502 -> object.breaks();
            case 504 -> request.directive().equals("only-if-cached");
            default -> false;
        };
        if (!expected) {
            return "status";
        }
        if (answer.status() >= 500) {
            return null;
        }
        if (request.method().equals("POST")) {
            return null;
        }
        if (!answer.whole()) {
            return request.leaves() || object.breaks() ? null : "broken off";
        }
        if (request.method().equals("HEAD")) {
            return null;
        }
        return answer.status() == 206
                ? faultOfPart(origin, request, answer, sent)
                : faultOfBody(origin, request, answer, sent);
    }

    /**
     * A part is judged by its place: the beginning of a body holds its line, the rest is noise; where the octets follow
     * from the version alone, by that version.
     */
    private @Nullable String faultOfPart(String origin, CheckedRequest request, Received answer, long sent) {
        int length = request.lastOctet() - request.firstOctet() + 1;
        String expected = "bytes " + request.firstOctet() + "-" + request.lastOctet() + "/"
                + request.object().length();
        if (!request.isPart()
                || !answer.field("content-range").equals(expected)
                || answer.body().length() != length) {
            return "another part (expected: " + expected + ", came: "
                    + answer.body().length() + " octets)";
        }
        return request.object().kind() == Kind.RANGED ? faultOfOctets(origin, request, answer, sent) : null;
    }

    private @Nullable String faultOfOctets(String origin, CheckedRequest request, Received answer, long sent) {
        CheckedObject object = request.object();
        String version = answer.field("etag").replaceAll("\\D", "");
        if (version.isEmpty()) {
            return "part of no version";
        }
        CheckedBody body = CheckedBody.ranged(origin, object.number(), Integer.parseInt(version));
        byte[] right = Arrays.copyOfRange(body.octets(object.length()), request.firstOctet(), request.lastOctet() + 1);
        return Arrays.equals(right, answer.body().getBytes())
                ? staleness(origin, request, body, sent)
                : "octets of another: " + body + ", differs at "
                        + Arrays.mismatch(right, answer.body().getBytes());
    }

    private @Nullable String faultOfBody(String origin, CheckedRequest request, Received answer, long sent) {
        CheckedObject object = request.object();
        byte[] octets = answer.body().getBytes();
        Optional<CheckedBody> read = CheckedBody.read(octets);
        if (read.isEmpty()) {
            return "no body of this world";
        }
        CheckedBody body = read.get();
        if (!body.isWhole(octets, object.length())) {
            return "cut or mixed: " + body + ", " + octets.length + " octets of " + object.length() + ", differs at "
                    + Arrays.mismatch(octets, body.octets(object.length()));
        }
        if (!body.origin().equals(origin) || body.number() != object.number()) {
            return "of another: " + body;
        }
        String choice = object.kind() != Kind.VARIED ? "-" : request.choice().isEmpty() ? "none" : request.choice();
        String user = !object.kind().isPersonal() ? "-" : request.user().isEmpty() ? "-" : request.user();
        boolean mine = body.user().equals(user)
                || (object.kind() == Kind.AUTHORIZED && body.user().equals("-"));
        if (!body.choice().equals(choice) || !mine) {
            return "for another: " + body + " (expected: " + choice + ", " + user + ")";
        }
        return staleness(origin, request, body, sent);
    }

    private @Nullable String staleness(String origin, CheckedRequest request, CheckedBody body, long sent) {
        CheckedObject object = request.object();
        // Authorization was there or not: an answer made for nobody may be shared for its time.
        boolean shared = object.kind() == Kind.AUTHORIZED && body.user().equals("-");
        int grace = request.demandsConfirmation() ? 0 : shared ? object.maxAgeSeconds() + 1 : object.graceSeconds();
        long superseded = site(origin).origin.superseded(object.number(), body.version());
        if (superseded != Long.MAX_VALUE && sent - superseded > grace * 1_000_000_000L) {
            return "stale: " + body + ", superseded " + (sent - superseded) / 1_000_000 + " ms before it was asked for";
        }
        // Those that are the same whenever they are made don't tell when that was.
        boolean forbidden =
                object.kind() != Kind.RANGED && site(origin).isForbidden(object.number(), body.generated(), sent);
        return forbidden ? "purged: " + body + ", " + (sent - body.generated()) / 1_000_000 + " ms old" : null;
    }

    private Site site(String origin) {
        return sites.stream()
                .filter(each -> each.origin.name().equals(origin))
                .findFirst()
                .orElseThrow();
    }
}

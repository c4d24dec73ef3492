package dev.weir.testing.wire;

import dev.weir.testing.wire.RequestCase.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;

/**
 * Sends a case to a place, in every way that matters, with a request behind it, and compares what reached the origin and
 * what came back with what the table states.
 */
public final class Trial {
    /** How the octets are sent. */
    private enum Way {
        WHOLE,
        IN_PIECES,
        BEHIND_ANOTHER
    }

    private static final int PATIENCE_MILLIS = 15_000;
    private static final int LONGEST_BY_OCTETS = 500;
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final RecordingOrigin origin;
    private final Place place;

    /** For requests to {@code place}, behind which {@code origin} is the only one. */
    public Trial(RecordingOrigin origin, Place place) {
        this.origin = origin;
        this.place = place;
    }

    /** The name that a Weir gives itself in Via, asked for by a request to a reverse listener. */
    public static String viaName(RecordingOrigin origin, int port) throws IOException {
        Place place = new Place(Mode.REVERSE, port, "site.example", "");
        origin.forget();
        String answer = exchange(place, "GET / HTTP/1.1\r\nHost: site.example\r\nConnection: close\r\n\r\n", 0);
        return origin.requests().stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith("Via: 1.1 "))
                .map(line -> line.substring(9))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no Via; answered: " + answer));
    }

    /** What is not as the table states; empty if all is. */
    public List<String> faults(RequestCase request) throws IOException {
        List<String> faults = new ArrayList<>();
        for (Way way : Way.values()) {
            for (String fault : faults(request, way)) {
                faults.add(place.mode() + " " + way + " " + fault);
            }
        }
        return faults;
    }

    private List<String> faults(RequestCase request, Way way) throws IOException {
        long number = NUMBERS.incrementAndGet();
        String first = way == Way.BEHIND_ANOTHER ? plain("/first-" + number, "") : "";
        String marker = plain("/marker-" + number, "Connection: close\r\n");
        origin.forget();
        String octets = exchange(
                place,
                first + Octets.sent(request.sent(), place, number) + marker,
                way == Way.IN_PIECES ? request.line() : 0);
        Seen seen = new Seen(new ArrayList<>(), new ArrayList<>());
        origin.requests().forEach(seen::add);
        seen.check(place);
        Answers answers = Answers.parse(octets);
        if (way == Way.BEHIND_ANOTHER) {
            String line = "GET /first-" + number;
            if (answers.count() == 0 || !answers.seen().get(0).equals(line) || !seen.takeFirst(line)) {
                return List.of("the request before was not answered: " + escape(octets));
            }
            answers = answers.tail();
        }
        boolean marked = seen.takeLast("GET /marker-" + number);
        if (request.outcome() == Outcome.EITHER) {
            Verdict refusal = new Verdict(seen, answers, marked, octets);
            refusal.refused(400, 599);
            return refusal.faults().isEmpty() ? List.of() : verdict(request, seen, answers, marked, octets, number);
        }
        return verdict(request, seen, answers, marked, octets, number);
    }

    private List<String> verdict(
            RequestCase request, Seen seen, Answers answers, boolean marked, String octets, long number) {
        Verdict verdict = new Verdict(seen, answers, marked, octets);
        String expected = Octets.reached(request.reached(), place, number);
        switch (request.outcome()) {
            case REFUSED -> {
                verdict.refused(400, 599);
                verdict.statusAmong(request);
            }
            case ANSWERED -> {
                verdict.answered();
                verdict.statusAmong(request);
            }
            case LAST -> verdict.passed(expected, false, number);
            case PASS, EITHER -> verdict.passed(expected, true, number);
        }
        return verdict.faults();
    }

    private String plain(String path, String more) {
        return "GET " + place.prefix() + path + " HTTP/1.1\r\nHost: " + place.authority() + "\r\n" + more + "\r\n";
    }

    /** What the origin took for requests, and what is wrong with it as such. */
    private record Seen(List<String> requests, List<String> faults) {
        void add(String request) {
            requests.add(request);
        }

        /** Takes what Weir adds out of each. */
        void check(Place place) {
            requests.replaceAll(request -> {
                Matcher added = place.added().matcher(request);
                if (!added.find()) {
                    faults.add("without what Weir adds: " + escape(request));
                    return request;
                }
                String bare = request.substring(0, added.start()) + request.substring(added.end());
                if (place.added().matcher(bare).find()) {
                    faults.add("with what Weir adds twice: " + escape(request));
                }
                return bare;
            });
        }

        boolean takeFirst(String line) {
            return !requests.isEmpty()
                    && requests.get(0).startsWith(line + ' ')
                    && !requests.remove(0).isEmpty();
        }

        boolean takeLast(String line) {
            int last = requests.size() - 1;
            return last >= 0
                    && requests.get(last).startsWith(line + ' ')
                    && !requests.remove(last).isEmpty();
        }
    }

    private record Verdict(Seen seen, Answers answers, boolean marked, String octets, List<String> faults) {
        Verdict(Seen seen, Answers answers, boolean marked, String octets) {
            this(seen, answers, marked, octets, new ArrayList<>(seen.faults()));
        }

        private void check(boolean holds, String fault) {
            if (!holds) {
                faults.add(fault + "; origin saw " + escape(seen.requests().toString())
                        + (marked ? " and what is behind" : "") + "; client got " + escape(octets));
            }
        }

        void refused(int from, int to) {
            check(seen.requests().isEmpty() && !marked, "not refused");
            check(answers.count() == 1, "not one answer");
            check(
                    answers.count() == 0
                            || (answers.statuses().get(0) >= from
                                    && answers.statuses().get(0) <= to),
                    "no error");
            check(answers.rest().isEmpty(), "octets behind the answer");
        }

        void answered() {
            check(seen.requests().isEmpty(), "not answered by Weir");
            check(answers.count() == (marked ? 2 : 1), "an answer too few or too many");
            check(!marked || answers.seen().get(answers.count() - 1).startsWith("GET /marker-"), "answers mixed up");
        }

        void statusAmong(RequestCase request) {
            int status = answers.count() == 0 ? 0 : answers.statuses().get(0);
            check(
                    request.statuses().contains(status),
                    "answered " + status + " (expected: " + request.statuses() + ")");
        }

        void passed(String expected, boolean goesOn, long number) {
            String reached = String.join("", seen.requests());
            check(reached.equals(expected), "not what was stated: " + escape(expected));
            check(marked == goesOn, goesOn ? "what is behind was not run" : "what is behind was run");
            check(answers.count() == seen.requests().size() + (marked ? 1 : 0), "an answer too few or too many");
            check(answers.rest().isEmpty(), "octets behind the answers");
            check(answers.statuses().stream().allMatch(status -> status == 200), "not all answered");
            check(
                    !marked
                            || answers.count() == 0
                            || answers.seen().get(answers.count() - 1).equals("GET /marker-" + number),
                    "answers mixed up");
        }
    }

    /** Sends octets and takes what comes until the other side ends. {@code seed}: cut in pieces; 0: whole. */
    static String exchange(Place place, String latin1, long seed) throws IOException {
        byte[] octets = latin1.getBytes(StandardCharsets.ISO_8859_1);
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), place.port())) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            send(socket.getOutputStream(), octets, seed);
            try {
                socket.getInputStream().transferTo(received);
            } catch (SocketTimeoutException open) {
                return received.toString(StandardCharsets.ISO_8859_1) + "<not closed>";
            } catch (SocketException reset) {
                // an end, too
            }
        }
        return received.toString(StandardCharsets.ISO_8859_1);
    }

    private static void send(OutputStream out, byte[] octets, long seed) {
        Random pieces = new Random(seed);
        boolean single = octets.length <= LONGEST_BY_OCTETS;
        try {
            int at = 0;
            while (at < octets.length) {
                int most = seed == 0 ? octets.length : single ? 1 : 1 + pieces.nextInt(2_000);
                int length = Math.min(most, octets.length - at);
                out.write(octets, at, length);
                out.flush();
                at += length;
            }
        } catch (IOException refused) {
            // answered already, and closed: what was answered says more
        }
    }

    /** Readable, and not without end. */
    static String escape(String octets) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < octets.length() && out.length() < 600; i++) {
            char c = octets.charAt(i);
            switch (c) {
                case '\r' -> out.append("\\r");
                case '\n' -> out.append("\\n");
                default -> {
                    if (c < ' ' || c > '~') {
                        out.append(String.format("\\x%02x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.toString();
    }
}

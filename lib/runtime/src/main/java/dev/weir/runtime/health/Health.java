package dev.weir.runtime.health;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The state of a process, made of named parts. A part that serves clients makes the process unready; a dependency can
 * only degrade it, and nothing here ever fails liveness. Thread-safe.
 */
public final class Health {
    /** How a part, or the whole, is; in order, the worst last. */
    public enum State {
        READY("ready"),
        DEGRADED("degraded"),
        NOT_READY("not-ready");

        private final String word;

        State(String word) {
            this.word = word;
        }

        /** The word in answers and messages. */
        public String word() {
            return word;
        }
    }

    /**
     * A state and why it is so.
     *
     * @param reason empty when ready
     */
    public record Status(State state, String reason) {}

    /** One part; its owner says how it is. */
    public static final class Part {
        private final State worst;
        private volatile Status status;

        private Part(State worst) {
            this.worst = worst;
            this.status = new Status(worst, "starting");
        }

        /** It works. */
        public void ready() {
            status = new Status(State.READY, "");
        }

        /** It works, but not with all it should. */
        public void degraded(String reason) {
            status = new Status(State.DEGRADED, reason);
        }

        /** It does not work. */
        public void notReady(String reason) {
            status = new Status(worst, reason);
        }

        /** How it is. */
        public Status status() {
            return status;
        }
    }

    private final Map<String, Part> parts = new LinkedHashMap<>();
    private volatile boolean started;
    private volatile boolean draining;

    /** A part that the process cannot serve without; not ready until it says so. */
    public Part part(String name) {
        return add(name, new Part(State.NOT_READY));
    }

    /** A part that the process can serve without: at worst degraded. */
    public Part dependency(String name) {
        return add(name, new Part(State.DEGRADED));
    }

    private Part add(String name, Part part) {
        synchronized (parts) {
            if (parts.putIfAbsent(name, part) != null) {
                throw new IllegalArgumentException("name: " + name + " (expected: one that is not taken)");
            }
        }
        return part;
    }

    /** All parts and how they are, in the order they were added. */
    public Map<String, Status> parts() {
        Map<String, Status> now = new LinkedHashMap<>();
        synchronized (parts) {
            parts.forEach((name, part) -> now.put(name, part.status()));
        }
        return now;
    }

    /** The worst of all parts, with its reason; not ready while starting or draining. */
    public Status overall() {
        if (draining) {
            return new Status(State.NOT_READY, "draining");
        }
        if (!started) {
            return new Status(State.NOT_READY, "starting");
        }
        Status worst = new Status(State.READY, "");
        for (Map.Entry<String, Status> part : parts().entrySet()) {
            Status status = part.getValue();
            if (status.state().compareTo(worst.state()) > 0) {
                worst = new Status(status.state(), part.getKey() + ": " + status.reason());
            }
        }
        return worst;
    }

    /** Whether every service of the process has started once. */
    public boolean isStarted() {
        return started;
    }

    /** Every service has started. */
    public void started() {
        started = true;
    }

    /** The process is about to end. */
    public void draining() {
        draining = true;
    }
}

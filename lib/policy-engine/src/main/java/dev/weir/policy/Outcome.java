package dev.weir.policy;

import dev.weir.policy.Verdict.Reason;

/** What a rule does with what it matches. */
public sealed interface Outcome {
    /** The verdict of this outcome for this reason. */
    Verdict because(Reason reason);

    /** {@code then: allow}. */
    record Allow() implements Outcome {
        @Override
        public Verdict because(Reason reason) {
            return new Verdict.Allow(reason);
        }
    }

    /** {@code then: deny}, with the status to answer. */
    record Deny(int status) implements Outcome {
        /** The status where none is named. */
        public static final int FORBIDDEN = 403;

        public Deny {
            if (status < 400 || status > 599) {
                throw new IllegalArgumentException("status: " + status + " (expected: 400-599)");
            }
        }

        @Override
        public Verdict because(Reason reason) {
            return new Verdict.Deny(reason, status);
        }
    }

    /** {@code then: redirect}, to an absolute URL or a path on the same host. */
    record Redirect(String to, int status) implements Outcome {
        /** The status where none is named. */
        public static final int FOUND = 302;

        public Redirect {
            if (status != 301 && status != 302 && status != 303 && status != 307 && status != 308) {
                throw new IllegalArgumentException("status: " + status + " (expected: 301, 302, 303, 307 or 308)");
            }
        }

        @Override
        public Verdict because(Reason reason) {
            return new Verdict.Redirect(reason, to, status);
        }
    }
}

package dev.weir.policy;

/** What holds where no rule matches. */
public enum DefaultOutcome {
    /** {@code default: allow}, on every listener. */
    ALLOW,
    /** {@code default: deny}, on every listener. */
    DENY,
    /** Nothing is written: each listener's own {@link ListenerDefault}. */
    BY_LISTENER
}

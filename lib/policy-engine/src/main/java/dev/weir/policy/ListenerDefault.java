package dev.weir.policy;

/** What holds on a listener where no rule matches and the policy names no default. */
public enum ListenerDefault {
    ALLOW,
    DENY;

    /** A reverse listener serves its own sites: what is routed is allowed. */
    public static ListenerDefault reverse() {
        return ALLOW;
    }

    /** A forward listener is open to this machine and to nobody else. */
    public static ListenerDefault forward(boolean onLoopback) {
        return onLoopback ? ALLOW : DENY;
    }
}

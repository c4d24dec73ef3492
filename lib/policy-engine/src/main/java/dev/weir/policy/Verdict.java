package dev.weir.policy;

/** What the policy says of a request, and which rule says it. */
public sealed interface Verdict {
    /** The rule that decided. */
    Reason reason();

    /** It may pass. */
    record Allow(Reason reason) implements Verdict {}

    /** It is refused with this status. */
    record Deny(Reason reason, int status) implements Verdict {}

    /** The client is sent elsewhere. */
    record Redirect(Reason reason, String to, int status) implements Verdict {}

    /**
     * It may be forwarded, and the verdict is due when the head of the answer is there: {@link
     * Policy#evaluate(RequestFacts, ResponseFacts)}. The reason names the first rule that waits for the answer.
     */
    record AwaitResponse(Reason reason) implements Verdict {}

    /**
     * Why.
     *
     * @param rule the rule's name; {@link #DEFAULT} or {@link #LISTENER_DEFAULT} where none matched
     * @param list the list that held the host, or empty
     * @param entry the entry of that list, or empty
     */
    record Reason(String rule, String list, String entry) {
        /** No rule matched; the policy's default decided. */
        public static final String DEFAULT = "default";

        /** No rule matched and the policy has no default; the listener's decided. */
        public static final String LISTENER_DEFAULT = "listener-default";

        static Reason of(String rule) {
            return new Reason(rule, "", "");
        }
    }
}

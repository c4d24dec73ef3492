package dev.weir.edge.pipeline;

/**
 * What the rules said.
 *
 * @param outcome the word for the log
 * @param rule that decided, empty if none was asked
 * @param revision in force
 * @param awaitsResponse whether the rules must be asked again with the response's head
 */
record PolicyVerdict(String outcome, String rule, String revision, boolean awaitsResponse) {
    static final PolicyVerdict NONE = new PolicyVerdict("", "", "", false);
}

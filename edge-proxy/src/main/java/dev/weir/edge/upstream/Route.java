package dev.weir.edge.upstream;

import java.util.List;

/**
 * The pool that one try of an exchange uses, and the target behind it.
 *
 * @param others the targets of the same upstream, this one included; empty for a destination that the client named
 * @param index of the address among those checked; 0 for a configured target
 */
record Route(TargetPool pool, TargetSpec target, List<TargetSpec> others, int index) {
    boolean isConfigured() {
        return !others.isEmpty();
    }
}

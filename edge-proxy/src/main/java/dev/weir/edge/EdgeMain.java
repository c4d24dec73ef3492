package dev.weir.edge;

import dev.weir.runtime.ServiceMain;

/** An edge as a process of its own. */
public final class EdgeMain {
    private EdgeMain() {}

    /** Starts it. */
    public static void main(String[] args) {
        System.exit(ServiceMain.run(new EdgeService(), args));
    }
}

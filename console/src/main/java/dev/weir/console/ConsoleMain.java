package dev.weir.console;

import dev.weir.runtime.ServiceMain;

/** The console as a process of its own. */
public final class ConsoleMain {
    private ConsoleMain() {}

    /** Starts it. */
    public static void main(String[] args) {
        System.exit(ServiceMain.run(new ConsoleService(), args));
    }
}

package dev.weir.cache;

import dev.weir.runtime.ServiceMain;

/** cache-service as a process of its own. */
public final class CacheMain {
    private CacheMain() {}

    /** Starts it; see {@link ServiceMain} for the arguments. */
    public static void main(String[] arguments) {
        System.exit(ServiceMain.run(new CacheService(), arguments));
    }
}

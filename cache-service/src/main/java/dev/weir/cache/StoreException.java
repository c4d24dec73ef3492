package dev.weir.cache;

/** The store could not; without a stack trace, for it may come with every request. */
final class StoreException extends RuntimeException {
    private final transient StoreFault fault;

    StoreException(StoreFault fault, String message) {
        super(message, null, false, false);
        this.fault = fault;
    }

    StoreFault fault() {
        return fault;
    }
}

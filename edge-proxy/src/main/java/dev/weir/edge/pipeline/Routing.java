package dev.weir.edge.pipeline;

/** Which route a request takes, or why none. */
sealed interface Routing {
    /** No route is for its host and path. */
    Routing NONE = new None();

    /** Its path can be read so that it belongs to another upstream, or to none. */
    Routing AMBIGUOUS = new Ambiguous();

    /** Its path can be read in several ways, and a route that it could belong to refuses such paths. */
    Routing REFUSED = new Refused();

    /** This one. */
    record Taken(Route route) implements Routing {}

    /** See {@link Routing#NONE}. */
    record None() implements Routing {}

    /** See {@link Routing#AMBIGUOUS}. */
    record Ambiguous() implements Routing {}

    /** See {@link Routing#REFUSED}. */
    record Refused() implements Routing {}
}

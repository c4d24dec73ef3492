package dev.weir.policy;

/** How sure a rule has to be that what it decides on is what it means. */
enum Certainty {
    /** Whatever the origin reads: what allows. */
    EVERY_READING,

    /** It is enough that an origin could read it so: what sends the client elsewhere. */
    SOME_READING,

    /** And that an origin without regard to case could: what denies. */
    SOME_READING_IN_ANY_CASE;

    static Certainty of(Outcome then) {
        if (then instanceof Outcome.Allow) {
            return EVERY_READING;
        }
        return then instanceof Outcome.Redirect ? SOME_READING : SOME_READING_IN_ANY_CASE;
    }
}

package dev.weir.edge.pipeline;

import dev.weir.edge.cache.Recording;
import dev.weir.edge.upstream.OriginAnswer;

/**
 * Takes the body of an answer from the origin into what all who share it read, as fast as that may grow. Once nobody
 * reads any more the origin is left. Lives on the event loop that asked the origin.
 */
final class Intake {
    private final OriginAnswer origin;
    private final Recording recording;

    private Intake(OriginAnswer origin, Recording recording) {
        this.origin = origin;
        this.recording = recording;
    }

    /** Begins; what has come already is taken at once. */
    static void start(OriginAnswer origin, Recording recording) {
        Intake intake = new Intake(origin, recording);
        recording.whenFailed(origin::abort);
        recording.whenRoom(() -> origin.body().resume());
        origin.body()
                .exceptionHandler(recording::fail)
                .endHandler(end -> intake.ended())
                .handler(octets -> {
                    recording.append(octets);
                    if (recording.isFull()) {
                        origin.body().pause();
                    }
                })
                .resume();
    }

    private void ended() {
        if (origin.isFollowed()) {
            recording.keepNothing();
        }
        recording.complete(origin.trailers());
    }
}

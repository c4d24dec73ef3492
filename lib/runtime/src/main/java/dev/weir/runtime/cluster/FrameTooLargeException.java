package dev.weir.runtime.cluster;

/** A message that is longer than {@link Bus#LARGEST_FRAME}: a mistake of the sender's, who has to cut it. */
public final class FrameTooLargeException extends IllegalArgumentException {
    FrameTooLargeException(String address, int length) {
        super(address + ": a message of " + length + " bytes (expected: at most " + Bus.LARGEST_FRAME + ")");
    }
}

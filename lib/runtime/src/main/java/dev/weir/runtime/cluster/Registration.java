package dev.weir.runtime.cluster;

/** Something that listens until closed; closing twice is harmless. */
public interface Registration extends AutoCloseable {
    @Override
    void close();
}

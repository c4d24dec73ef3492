package dev.weir.settings;

/** A constant of an enum that is written in settings by a word of its own. */
public interface Word {
    /** How it is written. */
    String word();
}

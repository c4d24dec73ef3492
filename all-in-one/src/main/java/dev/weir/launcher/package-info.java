/** The command line, everything in one JVM, and a cluster of processes on this machine. Read {@link dev.weir.launcher.Weir} first. */
@NullMarked
package dev.weir.launcher;

import org.jspecify.annotations.NullMarked;

/** What lies on the disk. Read {@link dev.weir.runtime.files.DurableFile} first. */
@NullMarked
package dev.weir.runtime.files;

import org.jspecify.annotations.NullMarked;

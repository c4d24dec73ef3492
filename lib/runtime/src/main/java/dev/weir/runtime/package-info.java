/**
 * What every process needs to live; knows nothing of proxying. Read {@link dev.weir.runtime.ServiceProcess} first, then
 * {@link dev.weir.runtime.Service}.
 */
@NullMarked
package dev.weir.runtime;

import org.jspecify.annotations.NullMarked;

/**
 * The way of a request through an edge, the same in every mode. Read {@link dev.weir.edge.pipeline.RequestPipeline}
 * first, then {@link dev.weir.edge.pipeline.Exchange}.
 */
@NullMarked
package dev.weir.edge.pipeline;

import org.jspecify.annotations.NullMarked;

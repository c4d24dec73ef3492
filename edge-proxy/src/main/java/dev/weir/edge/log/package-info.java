/**
 * What every exchange leaves behind, and how it gets to the log: record, masking, spool, shipping. Read
 * {@link dev.weir.edge.log.AuditOutbox} first.
 */
@NullMarked
package dev.weir.edge.log;

import org.jspecify.annotations.NullMarked;

/** Messages of audit-service. Read {@link dev.weir.contracts.audit.AuditBatch} first. */
@NullMarked
package dev.weir.contracts.audit;

import org.jspecify.annotations.NullMarked;

/**
 * The durable log of what passed: appended, synced, acknowledged, found again. Read {@link dev.weir.audit.AuditService}
 * first, then {@link dev.weir.audit.AuditStore} and {@link dev.weir.audit.AuditSearch}.
 */
@NullMarked
package dev.weir.audit;

import org.jspecify.annotations.NullMarked;

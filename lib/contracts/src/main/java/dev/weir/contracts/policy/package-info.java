/** Messages of policy-service. Read {@link dev.weir.contracts.policy.RevisionAnnouncement} first. */
@NullMarked
package dev.weir.contracts.policy;

import org.jspecify.annotations.NullMarked;

/**
 * policy-service: reads the policy, compiles and signs it, numbers it, publishes it; decides for edges that have none.
 * Read {@link dev.weir.policyservice.PolicyService} first.
 */
@NullMarked
package dev.weir.policyservice;

import org.jspecify.annotations.NullMarked;

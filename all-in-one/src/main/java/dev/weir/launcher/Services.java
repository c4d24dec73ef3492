package dev.weir.launcher;

import dev.weir.audit.AuditService;
import dev.weir.cache.CacheService;
import dev.weir.console.ConsoleService;
import dev.weir.edge.EdgeService;
import dev.weir.policyservice.PolicyService;
import dev.weir.runtime.Service;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The services of Weir by name, in the order in which one process starts them. */
final class Services {
    private static final Map<String, Supplier<Service>> BY_NAME = new LinkedHashMap<>();

    static {
        BY_NAME.put("policy-service", PolicyService::new);
        BY_NAME.put("cache-service", CacheService::new);
        BY_NAME.put("audit-service", AuditService::new);
        BY_NAME.put("edge-proxy", EdgeService::new);
        BY_NAME.put("console", ConsoleService::new);
    }

    private Services() {}

    static Set<String> names() {
        return BY_NAME.keySet();
    }

    static Optional<Service> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name)).map(Supplier::get);
    }

    static List<Service> all() {
        return BY_NAME.values().stream().map(Supplier::get).toList();
    }
}

package dev.weir.edge.log;

import dev.weir.contracts.policy.PseudonymKey;
import dev.weir.contracts.policy.PseudonymKeyRequest;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys of today's and tomorrow's pseudonyms, fetched in the background so that no request waits for one. Keys of
 * days that are over are forgotten. Any thread.
 */
public final class PseudonymKeys {
    private static final long MILLIS_PER_DAY = 86_400_000L;
    private static final int KEY_BYTES = 32;

    private final Function<PseudonymKeyRequest, Future<PseudonymKey>> fetch;
    private final AtomicBoolean fetching = new AtomicBoolean();
    private final LongAdder missing = new LongAdder();
    private volatile Map<Long, Mac> byDay = Map.of();

    /** Fetches with {@code fetch}, which must fail in the end rather than be silent. */
    public PseudonymKeys(Function<PseudonymKeyRequest, Future<PseudonymKey>> fetch) {
        this.fetch = fetch;
    }

    /** Fetches what is missing for the day and the next, unless that is under way; to be called every few seconds. */
    public void refresh(long millis) {
        long today = Math.floorDiv(millis, MILLIS_PER_DAY);
        forgetBefore(today);
        Map<Long, Mac> held = byDay;
        if ((held.containsKey(today) && held.containsKey(today + 1)) || !fetching.compareAndSet(false, true)) {
            return;
        }
        long wanted = held.containsKey(today) ? today + 1 : today;
        request(wanted).onComplete(answer -> {
            try {
                if (answer.succeeded()) {
                    keep(answer.result(), wanted);
                }
            } finally {
                fetching.set(false);
            }
            if (answer.succeeded() && wanted == today && byDay.containsKey(today)) {
                refresh(millis);
            }
        });
    }

    /** How often an address was left out because the day's key was missing. */
    public long missing() {
        return missing.sum();
    }

    /** Whether the key for that time is here. */
    public boolean ready(long millis) {
        return byDay.containsKey(Math.floorDiv(millis, MILLIS_PER_DAY));
    }

    /** {@code p:} and 16 hexadecimal digits of HMAC-SHA-256 under the day's key; empty without it. */
    String pseudonym(InetAddress client, long millis) {
        Mac keyed = byDay.get(Math.floorDiv(millis, MILLIS_PER_DAY));
        if (keyed == null) {
            missing.increment();
            return "";
        }
        try {
            byte[] digest = ((Mac) keyed.clone()).doFinal(client.getAddress());
            return "p:" + HexFormat.of().formatHex(digest, 0, 8);
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("HmacSHA256 that cannot be cloned (expected: the JDK's)", e);
        }
    }

    private Future<PseudonymKey> request(long day) {
        try {
            return fetch.apply(new PseudonymKeyRequest(day));
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private synchronized void keep(PseudonymKey answer, long wanted) {
        if (answer.epochDay() == wanted && answer.key().length() == KEY_BYTES) {
            Map<Long, Mac> next = new HashMap<>(byDay);
            next.put(wanted, keyed(answer.key().getBytes()));
            byDay = Map.copyOf(next);
        }
    }

    private synchronized void forgetBefore(long today) {
        if (byDay.keySet().stream().anyMatch(day -> day < today)) {
            Map<Long, Mac> next = new HashMap<>(byDay);
            next.keySet().removeIf(day -> day < today);
            byDay = Map.copyOf(next);
        }
    }

    private static Mac keyed(byte[] key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            // A first use makes the provider settle, so that clones are independent and cheap.
            mac.doFinal("weir".getBytes(StandardCharsets.US_ASCII));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no HmacSHA256 (every JDK has it)", e);
        }
    }
}

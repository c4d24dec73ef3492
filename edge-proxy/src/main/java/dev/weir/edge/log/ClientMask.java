package dev.weir.edge.log;

import dev.weir.runtime.config.ClientAddress;
import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** How much of a client's address Weir keeps anywhere: the {@code client-address} of a listener. */
public enum ClientMask {
    /** The address. */
    FULL,
    /** Its /24 or /48. */
    PREFIX,
    /** A keyed name, the same on all edges for a day; nothing while the day's key is missing. */
    PSEUDONYM,
    /** Nothing. */
    NONE;

    /** That of a listener. */
    public static ClientMask of(ClientAddress kept) {
        return switch (kept) {
            case FULL -> FULL;
            case PREFIX -> PREFIX;
            case PSEUDONYM -> PSEUDONYM;
            case NONE -> NONE;
        };
    }

    /** What may be kept of {@code client} at that time; empty if nothing. */
    public String of(InetAddress client, long millis, PseudonymKeys keys) {
        return switch (this) {
            case FULL -> NetUtil.toAddressString(withoutZone(client));
            case PREFIX -> prefix(client);
            case PSEUDONYM -> keys.pseudonym(client, millis);
            case NONE -> "";
        };
    }

    private static String prefix(InetAddress client) {
        byte[] address = client.getAddress();
        boolean four = client instanceof Inet4Address;
        Arrays.fill(address, four ? 3 : 6, address.length, (byte) 0);
        return NetUtil.toAddressString(ofBytes(address)) + (four ? "/24" : "/48");
    }

    private static InetAddress withoutZone(InetAddress client) {
        return client instanceof Inet4Address ? client : ofBytes(client.getAddress());
    }

    private static InetAddress ofBytes(byte[] address) {
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("address of " + address.length + " bytes (expected: 4 or 16)", e);
        }
    }
}

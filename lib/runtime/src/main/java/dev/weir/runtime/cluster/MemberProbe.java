package dev.weir.runtime.cluster;

import dev.weir.settings.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;

/**
 * Looks whether there is anybody to join, before Hazelcast is started for it: without a member that holds data, an edge's
 * attempt costs a second of work and can only fail. Blocking; for the keeper's thread.
 */
final class MemberProbe {
    private static final int WITHIN_MILLIS = 500;

    private MemberProbe() {}

    /** Whether one of the members takes a connection; also true if none is named, as then DNS names them. */
    static boolean anyListens(List<HostPort> members) {
        return members.isEmpty() || members.stream().anyMatch(MemberProbe::listens);
    }

    private static boolean listens(HostPort member) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(member.host(), member.port()), WITHIN_MILLIS);
            return true;
        } catch (IOException | IllegalArgumentException nobody) {
            return false;
        }
    }
}

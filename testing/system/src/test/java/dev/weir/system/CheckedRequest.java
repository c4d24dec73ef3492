package dev.weir.system;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/**
 * One request of the checked world, drawn by lot.
 *
 * @param method of it
 * @param object it is for
 * @param choice its X-Choice; empty without
 * @param user its Authorization; empty without
 * @param directive its Cache-Control; empty without
 * @param firstOctet where the part asked for begins; -1 for the whole
 * @param lastOctet where it ends
 * @param leaves whether the client goes in the middle of the answer
 */
record CheckedRequest(
        String method,
        CheckedObject object,
        String choice,
        String user,
        String directive,
        int firstOctet,
        int lastOctet,
        boolean leaves) {
    private static final int CHOICES = 4;
    private static final int USERS = 5;

    static CheckedRequest drawn(SplittableRandom random) {
        CheckedObject object = CheckedObject.of(CheckedObject.drawn(random));
        String method = switch (random.nextInt(60)) {
            case 0 -> "POST";
            case 1, 2 -> "HEAD";
            default -> "GET";
        };
        String directive = switch (random.nextInt(40)) {
            case 0 -> "no-cache";
            case 1 -> "max-age=0";
            case 2 -> "only-if-cached";
            default -> "";
        };
        int partsOneIn = object.kind() == CheckedObject.Kind.RANGED ? 2 : 25;
        boolean part = method.equals("GET") && random.nextInt(partsOneIn) == 0;
        int first = part ? random.nextInt(object.length()) : -1;
        return new CheckedRequest(
                method,
                object,
                random.nextInt(3) == 0 ? "" : "c" + random.nextInt(CHOICES),
                random.nextInt(2) == 0 ? "" : "u" + random.nextInt(USERS),
                directive,
                first,
                part ? first + random.nextInt(object.length() - first) : -1,
                random.nextInt(150) == 0);
    }

    boolean isPart() {
        return firstOctet >= 0;
    }

    /** Whether the client refuses what wasn't confirmed for it. */
    boolean demandsConfirmation() {
        return directive.equals("no-cache") || directive.equals("max-age=0");
    }

    /** The octets of its head; it has no content. */
    byte[] octets(String target, String host) {
        StringBuilder head = new StringBuilder(300);
        head.append(method)
                .append(' ')
                .append(target)
                .append(" HTTP/1.1\r\nHost: ")
                .append(host)
                .append("\r\n");
        if (!choice.isEmpty()) {
            head.append("X-Choice: ").append(choice).append("\r\n");
        }
        if (!user.isEmpty()) {
            head.append("Authorization: ").append(user).append("\r\n");
        }
        if (!directive.isEmpty()) {
            head.append("Cache-Control: ").append(directive).append("\r\n");
        }
        if (isPart()) {
            head.append("Range: bytes=")
                    .append(firstOctet)
                    .append('-')
                    .append(lastOctet)
                    .append("\r\n");
        }
        if (method.equals("POST")) {
            head.append("Content-Length: 0\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}

package dev.weir.policy;

import java.net.IDN;
import java.util.Locale;
import java.util.Optional;

/** Reads host names as people write them in rules and lists. */
final class HostName {
    private HostName() {}

    /**
     * The name in lower case, internationalised labels as A-labels, without a dot at the end; or an IP address in the
     * spelling of {@link IpAddress}. Empty if it can't be a host.
     */
    static Optional<String> parse(String written) {
        if (written.indexOf(':') >= 0) {
            String literal = written.startsWith("[") && written.endsWith("]")
                    ? written.substring(1, written.length() - 1)
                    : written;
            return IpAddress.parse(literal).map(IpAddress::toString);
        }
        String name = written.endsWith(".") ? written.substring(0, written.length() - 1) : written;
        name = isAscii(name) ? name.toLowerCase(Locale.ROOT) : toAscii(name);
        return isName(name) ? Optional.of(name) : Optional.empty();
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0x7f) {
                return false;
            }
        }
        return true;
    }

    private static String toAscii(String name) {
        try {
            return IDN.toASCII(name, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    /** Letters, digits, hyphens, and the underscore that is met in practice; labels of 1 to 63. */
    private static boolean isName(String name) {
        if (name.isEmpty() || name.length() > DomainList.LONGEST_NAME) {
            return false;
        }
        int label = 0;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '.') {
                if (label == 0) {
                    return false;
                }
                label = 0;
            } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_') {
                if (++label > 63) {
                    return false;
                }
            } else {
                return false;
            }
        }
        return label > 0;
    }
}

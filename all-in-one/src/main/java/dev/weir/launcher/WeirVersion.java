package dev.weir.launcher;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** Which Weir this is, from the manifest of its jar. */
final class WeirVersion implements IVersionProvider {
    static String number() {
        return Objects.requireNonNullElse(Weir.class.getPackage().getImplementationVersion(), "unpackaged");
    }

    static String java() {
        return Runtime.version().toString();
    }

    @Override
    public String[] getVersion() {
        return new String[] {"weir " + number() + " (Java " + java() + ")"};
    }
}

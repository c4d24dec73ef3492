package dev.weir.launcher;

/** The command line. */
public final class Weir {
    private Weir() {}

    public static void main(String[] arguments) {
        System.out.println("weir");
    }
}

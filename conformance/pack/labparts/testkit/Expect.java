package testkit;

import java.util.Objects;

/** Expectations of the tests; each says what was expected and what was found. */
public final class Expect {

    /** Code that may fail. */
    public interface Step {
        void run() throws Exception;
    }

    private Expect() {
    }

    public static void that(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    public static void equal(Object expected, Object found, String what) {
        that(Objects.equals(expected, found), what + ": expected <" + expected + ">, found <" + found + ">");
    }

    /** The step must fail with this kind of exception, which is given back. */
    public static <E extends Exception> E fails(Class<E> kind, Step step, String what) {
        try {
            step.run();
        } catch (Exception problem) {
            that(kind.isInstance(problem), what + ": expected " + kind.getSimpleName() + ", found " + problem);
            return kind.cast(problem);
        }
        throw new AssertionError(what + ": nothing failed");
    }
}

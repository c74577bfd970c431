package das.conformance.lab.log4j;

import org.apache.log4j.Level;
import org.apache.log4j.Logger;
import org.apache.log4j.spi.Filter;
import org.apache.log4j.spi.LoggingEvent;

import testkit.Expect;

/** How many of many events pass. */
public final class BurstTest {

    private static final String BOUND = "a.Bound";
    private static final long BEGIN = 1_000_000;

    private BurstTest() {
    }

    public static void main(String[] arguments) {
        Filter filter = filter();
        Expect.equal(3, passed(filter, BOUND, Level.ERROR, BEGIN, 10), "of ten at once");
        Expect.equal(1, passed(filter, BOUND, Level.ERROR, BEGIN + 1000, 10), "of ten a second later");
        Expect.equal(0, passed(filter, BOUND, Level.INFO, BEGIN + 1900, 10), "of ten before the next second");
        Expect.equal(3, passed(filter, BOUND, Level.ERROR, BEGIN + 60_000, 10), "of ten after a minute");
        Expect.equal(0, passed(filter, BOUND, Level.ERROR, BEGIN, 10), "of ten after the clock was set back");
        Expect.equal(10, passed(filter, BOUND, Level.FATAL, BEGIN, 10), "of ten that are fatal");
        Expect.equal(10, passed(filter, "a.Other", Level.ERROR, BEGIN, 10), "of ten of another logger");
    }

    private static Filter filter() {
        Burst filter = new Burst();
        filter.setLogger(BOUND);
        filter.setMost(3);
        filter.activateOptions();
        return filter;
    }

    private static int passed(Filter filter, String logger, Level level, long when, int count) {
        int passed = 0;
        for (int number = 0; number < count; number++) {
            LoggingEvent event = new LoggingEvent("fqcn", Logger.getLogger(logger), when, level, "text", null);
            passed += filter.decide(event) == Filter.DENY ? 0 : 1;
        }
        return passed;
    }
}

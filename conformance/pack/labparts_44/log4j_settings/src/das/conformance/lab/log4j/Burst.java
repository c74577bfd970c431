package das.conformance.lab.log4j;

import org.apache.log4j.Level;
import org.apache.log4j.spi.Filter;
import org.apache.log4j.spi.LoggingEvent;

/**
 * Lets a burst of one logger's events through, then one a second; the events of all others, and FATAL, pass.
 *
 * <p>An appender asks its filters one event at a time.
 */
public final class Burst extends Filter {

    private static final double MILLISECONDS = 1000;

    private String logger = "";
    private int most = 20;
    private double left;
    private long last;

    public void setLogger(String name) {
        logger = name;
    }

    public void setMost(int events) {
        most = events;
    }

    @Override
    public void activateOptions() {
        left = most;
    }

    @Override
    public int decide(LoggingEvent event) {
        boolean bound = logger.equals(event.getLoggerName()) && !event.getLevel().isGreaterOrEqual(Level.FATAL);
        return bound && !passes(event.getTimeStamp()) ? DENY : NEUTRAL;
    }

    private boolean passes(long now) {
        // A clock that was set back adds nothing.
        left = Math.min(most, left + Math.max(0, now - last) / MILLISECONDS);
        last = now;
        if (left < 1) {
            return false;
        }
        left -= 1;
        return true;
    }
}

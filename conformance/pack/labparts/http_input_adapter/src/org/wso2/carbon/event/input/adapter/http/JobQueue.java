package org.wso2.carbon.event.input.adapter.http;

import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/** Processes events after their requests have been answered; what fails or does not fit is in the log only. */
final class JobQueue {

    private static final Log LOG = LogFactory.getLog(HTTPEventAdapter.class);

    /** Sizes of the pool, from the type's entry in input-event-adapters.xml. */
    static final class Limits {

        private final int minThreads;
        private final int maxThreads;
        private final long keepAliveMillis;
        private final int jobs;

        private Limits(int minThreads, int maxThreads, long keepAliveMillis, int jobs) {
            this.minThreads = minThreads;
            this.maxThreads = Math.max(minThreads, maxThreads);
            this.keepAliveMillis = keepAliveMillis;
            this.jobs = jobs;
        }

        /** Read minThread, maxThread, keepAliveTimeInMillis and jobQueueSize; the product's values where absent. */
        static Limits of(Map<String, String> global) {
            return new Limits(number(global, "minThread", 8), number(global, "maxThread", 100),
                    number(global, "keepAliveTimeInMillis", 20000), number(global, "jobQueueSize", 10000));
        }

        private static int number(Map<String, String> global, String name, int otherwise) {
            String text = global == null ? null : global.get(name);
            if (text == null) {
                return otherwise;
            }
            try {
                return Math.max(1, Integer.parseInt(text.trim()));
            } catch (NumberFormatException problem) {
                LOG.warn("Property " + name + " is not a number: " + text + "; using " + otherwise);
                return otherwise;
            }
        }
    }

    private final ThreadPoolExecutor pool;

    JobQueue(Limits limits) {
        pool = new ThreadPoolExecutor(limits.minThreads, limits.maxThreads, limits.keepAliveMillis,
                TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(limits.jobs), JobQueue::thread);
    }

    /** No event in work keeps a server that shuts down from ending. */
    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "http-receiver");
        thread.setDaemon(true);
        return thread;
    }

    void add(Runnable job) {
        try {
            pool.execute(() -> runLogged(job));
        } catch (RejectedExecutionException full) {
            LOG.error("Job queue is full or closed, event dropped: " + full.getMessage());
        }
    }

    private static void runLogged(Runnable job) {
        try {
            job.run();
        } catch (RuntimeException problem) {
            LOG.error("Error while processing a received event: " + problem.getMessage(), problem);
        }
    }

    /** Take no more jobs; those taken are still done. */
    void close() {
        pool.shutdown();
    }
}

package org.wso2.carbon.event.input.adapter.http;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.wso2.carbon.event.input.adapter.core.InputEventAdapterConfiguration;
import org.wso2.carbon.event.input.adapter.core.InputEventAdapterFactory;
import org.wso2.carbon.event.input.adapter.core.Property;
import testkit.Expect;

/** The type, its properties, and the sizes of its job queue. */
public final class HTTPEventAdapterFactoryTest {

    private HTTPEventAdapterFactoryTest() {
    }

    public static void main(String[] arguments) throws Exception {
        theTypeOffersNoDuplicatedFlag();
        theFlagIsNotHonoured();
        strangeLimitsFallBack();
    }

    private static void theTypeOffersNoDuplicatedFlag() {
        Expect.equal("http", new HTTPEventAdapterFactory().getType(), "type");
        Expect.equal("[transports, basicAuthEnabled]", names(new HTTPEventAdapterFactory()), "properties of http");
    }

    private static String names(InputEventAdapterFactory factory) {
        return factory.getPropertyList().stream().map(Property::getPropertyName).collect(Collectors.toList()).toString();
    }

    private static void theFlagIsNotHonoured() {
        InputEventAdapterConfiguration receiver = new InputEventAdapterConfiguration();
        receiver.setProperties(Collections.singletonMap("events.duplicated.in.cluster", "true"));
        Expect.that(!new HTTPEventAdapterFactory().createEventAdapter(receiver, null).isEventDuplicatedInCluster(),
                "an http receiver is never duplicated");
    }

    private static void strangeLimitsFallBack() throws Exception {
        Map<String, String> global = new HashMap<>();
        global.put("minThread", "many");
        global.put("maxThread", "-3");
        BlockingQueue<String> done = new LinkedBlockingQueue<>();
        JobQueue queue = new JobQueue(JobQueue.Limits.of(global));
        queue.add(() -> done.add("done"));
        Expect.equal("done", done.poll(10, TimeUnit.SECONDS), "job");
        queue.close();
        queue.add(() -> done.add("late"));
        Expect.equal(null, done.poll(), "job after closing");
    }
}

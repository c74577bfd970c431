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

/** The two types, their properties, and the sizes of their job queues. */
public final class HTTPEventAdapterFactoryTest {

    private HTTPEventAdapterFactoryTest() {
    }

    public static void main(String[] arguments) throws Exception {
        onlyTheLabTypeOffersTheDuplicatedFlag();
        theFlagIsHonoured();
        strangeLimitsFallBack();
    }

    private static void onlyTheLabTypeOffersTheDuplicatedFlag() {
        Expect.equal("http", new HTTPEventAdapterFactory().getType(), "type");
        Expect.equal("[transports, basicAuthEnabled]", names(new HTTPEventAdapterFactory()), "properties of http");
        Expect.equal("lab-http-duplicated", new DuplicatedHTTPEventAdapterFactory().getType(), "lab type");
        Expect.equal("[transports, basicAuthEnabled, events.duplicated.in.cluster]",
                names(new DuplicatedHTTPEventAdapterFactory()), "properties of lab-http-duplicated");
    }

    private static String names(InputEventAdapterFactory factory) {
        return factory.getPropertyList().stream().map(Property::getPropertyName).collect(Collectors.toList()).toString();
    }

    private static void theFlagIsHonoured() {
        for (String value : new String[] {"true", "false", null}) {
            InputEventAdapterConfiguration receiver = new InputEventAdapterConfiguration();
            receiver.setProperties(Collections.singletonMap("events.duplicated.in.cluster", value));
            boolean duplicated = new DuplicatedHTTPEventAdapterFactory()
                    .createEventAdapter(receiver, null).isEventDuplicatedInCluster();
            Expect.equal("true".equals(value), duplicated, "duplicated when the property is " + value);
        }
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

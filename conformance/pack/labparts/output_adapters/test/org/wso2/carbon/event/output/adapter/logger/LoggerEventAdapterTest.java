package org.wso2.carbon.event.output.adapter.logger;

import java.util.Collections;
import java.util.Map;

import testkit.Expect;

/** The text of an event in the server log, and under which identifier. */
public final class LoggerEventAdapterTest {

    private static final String EVENT = "{\"event\":{\"payloadData\":{\"n\":1}}}";

    private LoggerEventAdapterTest() {
    }

    public static void main(String[] arguments) {
        Map<String, String> named = Collections.singletonMap("uniqueId", "OUT");
        Map<String, String> blank = Collections.singletonMap("uniqueId", " ");
        Expect.equal("Unique ID: OUT,\n Event: " + EVENT, text(null, named), "identifier of the event");
        Expect.equal("Unique ID: OUT,\n Event: " + EVENT, text(named, blank), "identifier of the publisher");
        Expect.equal("Unique ID: prices,\n Event: " + EVENT, text(null, null), "no identifier");
        Expect.equal("Unique ID: prices,\n Event: null", new LoggerEventAdapter("prices", blank).textOf(null, blank),
                "no event");
        Expect.equal("logger", new LoggerEventAdapterFactory().getType(), "type");
    }

    private static String text(Map<String, String> fixed, Map<String, String> own) {
        return new LoggerEventAdapter("prices", fixed).textOf(EVENT, own);
    }
}

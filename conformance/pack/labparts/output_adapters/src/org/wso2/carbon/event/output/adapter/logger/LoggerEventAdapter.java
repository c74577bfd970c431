package org.wso2.carbon.event.output.adapter.logger;

import java.util.Map;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.wso2.carbon.event.output.adapter.core.OutputEventAdapter;
import org.wso2.carbon.event.output.adapter.core.exception.TestConnectionNotSupportedException;

/** Writes each event to the server log under the publisher's identifier, or its name if it has none. */
class LoggerEventAdapter implements OutputEventAdapter {

    static final String IDENTIFIER = "uniqueId";

    private static final Log LOG = LogFactory.getLog(LoggerEventAdapter.class);

    private final String publisher;
    private final Map<String, String> properties;

    LoggerEventAdapter(String publisher, Map<String, String> properties) {
        this.publisher = publisher;
        this.properties = properties;
    }

    @Override
    public void init() {
        // Nothing to prepare.
    }

    @Override
    public void testConnect() throws TestConnectionNotSupportedException {
        throw new TestConnectionNotSupportedException("not-available");
    }

    @Override
    public void connect() {
        // Nothing to connect to.
    }

    @Override
    public void publish(Object message, Map<String, String> dynamicProperties) {
        LOG.info(textOf(message, dynamicProperties));
    }

    String textOf(Object message, Map<String, String> dynamicProperties) {
        return "Unique ID: " + identifier(dynamicProperties) + ",\n Event: " + message;
    }

    private String identifier(Map<String, String> dynamicProperties) {
        String own = valueIn(dynamicProperties);
        String fixed = valueIn(properties);
        return own != null ? own : fixed != null ? fixed : publisher;
    }

    private static String valueIn(Map<String, String> values) {
        String value = values == null ? null : values.get(IDENTIFIER);
        return value == null || value.trim().isEmpty() ? null : value;
    }

    @Override
    public void disconnect() {
        // Nothing to give back.
    }

    @Override
    public void destroy() {
        // Nothing to give back.
    }

    @Override
    public boolean isPolled() {
        return false;
    }
}

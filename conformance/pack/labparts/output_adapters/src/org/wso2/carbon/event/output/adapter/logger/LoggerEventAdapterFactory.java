package org.wso2.carbon.event.output.adapter.logger;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import org.wso2.carbon.event.output.adapter.core.MessageType;
import org.wso2.carbon.event.output.adapter.core.OutputEventAdapter;
import org.wso2.carbon.event.output.adapter.core.OutputEventAdapterConfiguration;
import org.wso2.carbon.event.output.adapter.core.OutputEventAdapterFactory;
import org.wso2.carbon.event.output.adapter.core.Property;

/** Makes the adapters of type logger. */
public class LoggerEventAdapterFactory extends OutputEventAdapterFactory {

    @Override
    public String getType() {
        return "logger";
    }

    @Override
    public List<String> getSupportedMessageFormats() {
        return Arrays.asList(MessageType.TEXT, MessageType.XML, MessageType.JSON);
    }

    @Override
    public List<Property> getStaticPropertyList() {
        return Collections.emptyList();
    }

    @Override
    public List<Property> getDynamicPropertyList() {
        Property identifier = new Property(LoggerEventAdapter.IDENTIFIER);
        identifier.setDisplayName("Unique Identifier");
        identifier.setRequired(false);
        return Collections.singletonList(identifier);
    }

    @Override
    public String getUsageTips() {
        return "Events are written to the server log at level INFO";
    }

    @Override
    public OutputEventAdapter createEventAdapter(OutputEventAdapterConfiguration publisher,
            Map<String, String> global) {
        return new LoggerEventAdapter(publisher.getName(), publisher.getStaticProperties());
    }
}

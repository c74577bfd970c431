package org.wso2.carbon.event.input.adapter.http;

import java.util.ArrayList;
import java.util.List;

import org.wso2.carbon.event.input.adapter.core.EventAdapterConstants;
import org.wso2.carbon.event.input.adapter.core.Property;

/**
 * The same endpoint as type lab-http-duplicated, on which events.duplicated.in.cluster can be set.
 *
 * <p>The product's own adapters with that property need clients that a lab cannot count on.
 */
public class DuplicatedHTTPEventAdapterFactory extends HTTPEventAdapterFactory {

    @Override
    public String getType() {
        return "lab-http-duplicated";
    }

    @Override
    public List<Property> getPropertyList() {
        List<Property> properties = new ArrayList<>(super.getPropertyList());
        properties.add(property(EventAdapterConstants.EVENTS_DUPLICATED_IN_CLUSTER, "false", "true", "false"));
        return properties;
    }
}

package org.wso2.carbon.event.input.adapter.http;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.osgi.service.http.HttpService;
import org.wso2.carbon.event.input.adapter.core.InputEventAdapter;
import org.wso2.carbon.event.input.adapter.core.InputEventAdapterConfiguration;
import org.wso2.carbon.event.input.adapter.core.InputEventAdapterFactory;
import org.wso2.carbon.event.input.adapter.core.MessageType;
import org.wso2.carbon.event.input.adapter.core.Property;
import org.wso2.carbon.user.core.service.RealmService;

/** Makes the adapters of type http: one endpoint a receiver, never flagged as duplicated. */
public class HTTPEventAdapterFactory extends InputEventAdapterFactory {

    private HttpService http;
    private RealmService realms;

    protected void setHttpService(HttpService service) {
        http = service;
    }

    protected void unsetHttpService(HttpService service) {
        http = null;
    }

    protected void setRealmService(RealmService service) {
        realms = service;
    }

    protected void unsetRealmService(RealmService service) {
        realms = null;
    }

    @Override
    public String getType() {
        return "http";
    }

    @Override
    public List<String> getSupportedMessageFormats() {
        return Arrays.asList(MessageType.XML, MessageType.JSON, MessageType.TEXT);
    }

    @Override
    public List<Property> getPropertyList() {
        return Arrays.asList(
                property(HTTPEventAdapter.TRANSPORTS, "all", "https", "http", "local", "all"),
                property(HTTPEventAdapter.BASIC_AUTH, "true", "true", "false"));
    }

    static Property property(String name, String value, String... options) {
        Property property = new Property(name);
        property.setDisplayName(name);
        property.setDefaultValue(value);
        property.setOptions(options);
        return property;
    }

    @Override
    public String getUsageTips() {
        return "POST events to /endpoints/<receiver>";
    }

    @Override
    public InputEventAdapter createEventAdapter(InputEventAdapterConfiguration receiver, Map<String, String> global) {
        return new HTTPEventAdapter(receiver, JobQueue.Limits.of(global), http, realms, Tenancy.CARBON);
    }
}

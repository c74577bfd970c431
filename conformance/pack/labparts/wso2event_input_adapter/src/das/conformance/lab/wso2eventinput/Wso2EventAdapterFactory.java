package das.conformance.lab.wso2eventinput;

import java.util.Collections;
import java.util.List;
import java.util.Map;

import org.wso2.carbon.databridge.core.DataBridgeSubscriberService;
import org.wso2.carbon.event.input.adapter.core.EventAdapterConstants;
import org.wso2.carbon.event.input.adapter.core.InputEventAdapter;
import org.wso2.carbon.event.input.adapter.core.InputEventAdapterConfiguration;
import org.wso2.carbon.event.input.adapter.core.InputEventAdapterFactory;
import org.wso2.carbon.event.input.adapter.core.MessageType;
import org.wso2.carbon.event.input.adapter.core.Property;

/** Makes the adapters of type wso2event, whose duplicated flag can be set. */
public class Wso2EventAdapterFactory extends InputEventAdapterFactory {

    private final Tenancy tenancy;
    private final Receivers receivers;

    public Wso2EventAdapterFactory() {
        this(Tenancy.CARBON);
    }

    Wso2EventAdapterFactory(Tenancy tenancy) {
        this.tenancy = tenancy;
        this.receivers = new Receivers(tenancy);
    }

    protected void setBridge(DataBridgeSubscriberService bridge) {
        bridge.subscribe(receivers);
    }

    /** The data bridge has no way to end a subscription; without receivers it comes to nothing. */
    protected void unsetBridge(DataBridgeSubscriberService bridge) {
    }

    @Override
    public String getType() {
        return "wso2event";
    }

    @Override
    public List<String> getSupportedMessageFormats() {
        return Collections.singletonList(MessageType.WSO2EVENT);
    }

    @Override
    public List<Property> getPropertyList() {
        Property duplicated = new Property(EventAdapterConstants.EVENTS_DUPLICATED_IN_CLUSTER);
        duplicated.setDisplayName(EventAdapterConstants.EVENTS_DUPLICATED_IN_CLUSTER);
        duplicated.setDefaultValue("false");
        duplicated.setOptions(new String[] {"true", "false"});
        return Collections.singletonList(duplicated);
    }

    @Override
    public String getUsageTips() {
        return "Send events to the Thrift or the binary port of the data bridge";
    }

    @Override
    public InputEventAdapter createEventAdapter(InputEventAdapterConfiguration receiver, Map<String, String> global) {
        return new Wso2EventAdapter(receiver, receivers, tenancy);
    }
}

package das.conformance.lab.wso2eventinput;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

import org.wso2.carbon.databridge.commons.Credentials;
import org.wso2.carbon.databridge.commons.Event;
import org.wso2.carbon.databridge.core.AgentCallback;
import org.wso2.carbon.databridge.core.DataBridgeSubscriberService;
import org.wso2.carbon.event.input.adapter.core.InputEventAdapter;
import org.wso2.carbon.event.input.adapter.core.InputEventAdapterConfiguration;
import org.wso2.carbon.event.input.adapter.core.InputEventAdapterListener;
import testkit.Expect;
import testkit.Fake;

/** Events of a stream reach its connected receivers, in the sender's tenant; the flag is what the receiver states. */
public final class Wso2EventAdapterTest {

    private static final int TENANT = -1234;

    private final List<Integer> tenants = new ArrayList<>();
    private final Wso2EventAdapterFactory factory = new Wso2EventAdapterFactory(new Tenancy() {
        @Override
        public int current() {
            return TENANT;
        }

        @Override
        public void as(int tenant, Runnable step) {
            tenants.add(tenant);
            step.run();
        }
    });
    private final AgentCallback bridge;
    private final Fake<InputEventAdapterListener> listener = new Fake<>(InputEventAdapterListener.class);

    private Wso2EventAdapterTest() {
        Fake<DataBridgeSubscriberService> subscribers = new Fake<>(DataBridgeSubscriberService.class);
        factory.setBridge(subscribers.object);
        bridge = (AgentCallback) subscribers.calls("subscribe").get(0)[0];
    }

    public static void main(String[] arguments) throws Exception {
        new Wso2EventAdapterTest().offersTheProductsTypeAndProperty();
        new Wso2EventAdapterTest().honoursTheFlag();
        new Wso2EventAdapterTest().receivesItsStreamWhileConnected();
        new Wso2EventAdapterTest().anEventThatFailsLeavesTheOthers();
    }

    private void offersTheProductsTypeAndProperty() {
        Expect.equal("wso2event", factory.getType(), "type");
        Expect.equal("[wso2event]", factory.getSupportedMessageFormats().toString(), "formats");
        Expect.equal("events.duplicated.in.cluster", factory.getPropertyList().get(0).getPropertyName(), "property");
        Expect.equal("false", factory.getPropertyList().get(0).getDefaultValue(), "default");
    }

    private void honoursTheFlag() {
        for (String value : new String[] {"true", "false", null}) {
            InputEventAdapterConfiguration receiver = receiver("in:1.0.0");
            receiver.setProperties(Collections.singletonMap("events.duplicated.in.cluster", value));
            boolean duplicated = factory.createEventAdapter(receiver, null).isEventDuplicatedInCluster();
            Expect.equal("true".equals(value), duplicated, "duplicated when the property is " + value);
        }
    }

    private void receivesItsStreamWhileConnected() throws Exception {
        InputEventAdapter adapter = connected();
        adapter.connect();
        bridge.receive(Arrays.asList(event("in:1.0.0"), event("other:1.0.0")), sender(TENANT));
        Expect.equal(1, listener.calls("onEvent").size(), "events of the stream");
        Expect.equal("[-1234]", tenants.toString(), "tenant");
        bridge.receive(Collections.singletonList(event("in:1.0.0")), sender(7));
        Expect.equal(1, listener.calls("onEvent").size(), "events of another tenant");
        adapter.disconnect();
        adapter.destroy();
        bridge.receive(Collections.singletonList(event("in:1.0.0")), sender(TENANT));
        Expect.equal(1, listener.calls("onEvent").size(), "events after the end");
    }

    private void anEventThatFailsLeavesTheOthers() throws Exception {
        connected();
        listener.on("onEvent", given -> {
            throw new IllegalStateException("broken");
        });
        bridge.receive(Arrays.asList(event("in:1.0.0"), event("in:1.0.0")), sender(TENANT));
        Expect.equal(2, listener.calls("onEvent").size(), "events handed on");
    }

    private InputEventAdapter connected() throws Exception {
        InputEventAdapter adapter = factory.createEventAdapter(receiver("in:1.0.0"), null);
        adapter.init(listener.object);
        adapter.connect();
        return adapter;
    }

    private static InputEventAdapterConfiguration receiver(String stream) {
        InputEventAdapterConfiguration receiver = new InputEventAdapterConfiguration();
        receiver.setInputStreamIdOfWso2eventMessageFormat(stream);
        receiver.setProperties(Collections.<String, String>emptyMap());
        return receiver;
    }

    private static Event event(String stream) {
        Event event = new Event();
        event.setStreamId(stream);
        return event;
    }

    private static Credentials sender(int tenant) {
        return new Credentials("user", "password", "domain", tenant);
    }
}

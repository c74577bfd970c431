package das.conformance.lab.wso2eventinput;

import org.wso2.carbon.event.input.adapter.core.EventAdapterConstants;
import org.wso2.carbon.event.input.adapter.core.InputEventAdapter;
import org.wso2.carbon.event.input.adapter.core.InputEventAdapterConfiguration;
import org.wso2.carbon.event.input.adapter.core.InputEventAdapterListener;
import org.wso2.carbon.event.input.adapter.core.exception.TestConnectionNotSupportedException;

/** One receiver: takes the events of one stream of the data bridge while it is connected. */
final class Wso2EventAdapter implements InputEventAdapter {

    private final InputEventAdapterConfiguration receiver;
    private final Receivers receivers;
    private final Tenancy tenancy;
    private InputEventAdapterListener listener;
    private Integer connectedFor;

    Wso2EventAdapter(InputEventAdapterConfiguration receiver, Receivers receivers, Tenancy tenancy) {
        this.receiver = receiver;
        this.receivers = receivers;
        this.tenancy = tenancy;
    }

    @Override
    public void init(InputEventAdapterListener events) {
        listener = events;
    }

    @Override
    public void testConnect() throws TestConnectionNotSupportedException {
        throw new TestConnectionNotSupportedException("not-supported");
    }

    @Override
    public synchronized void connect() {
        if (connectedFor == null) {
            connectedFor = tenancy.current();
            receivers.add(connectedFor, stream(), listener);
        }
    }

    @Override
    public synchronized void disconnect() {
        if (connectedFor != null) {
            receivers.remove(connectedFor, stream(), listener);
            connectedFor = null;
        }
    }

    private String stream() {
        return receiver.getInputStreamIdOfWso2eventMessageFormat();
    }

    @Override
    public void destroy() {
        disconnect();
    }

    @Override
    public boolean isEventDuplicatedInCluster() {
        return Boolean.parseBoolean(receiver.getProperties().get(EventAdapterConstants.EVENTS_DUPLICATED_IN_CLUSTER));
    }

    @Override
    public boolean isPolling() {
        return false;
    }
}

package das.conformance.lab.wso2eventinput;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.wso2.carbon.databridge.commons.Credentials;
import org.wso2.carbon.databridge.commons.Event;
import org.wso2.carbon.databridge.commons.StreamDefinition;
import org.wso2.carbon.databridge.core.AgentCallback;
import org.wso2.carbon.event.input.adapter.core.InputEventAdapterListener;

/** Hands each event of the data bridge to the receivers of its stream, in the tenant of whoever sent it. */
final class Receivers implements AgentCallback {

    private static final Log LOG = LogFactory.getLog(Receivers.class);

    private final Map<String, List<InputEventAdapterListener>> byStream = new ConcurrentHashMap<>();
    private final Tenancy tenancy;

    Receivers(Tenancy tenancy) {
        this.tenancy = tenancy;
    }

    void add(int tenant, String stream, InputEventAdapterListener listener) {
        byStream.computeIfAbsent(key(tenant, stream), absent -> new CopyOnWriteArrayList<>()).add(listener);
    }

    void remove(int tenant, String stream, InputEventAdapterListener listener) {
        byStream.computeIfPresent(key(tenant, stream), (stated, listeners) -> {
            listeners.remove(listener);
            return listeners.isEmpty() ? null : listeners;
        });
    }

    @Override
    public void definedStream(StreamDefinition stream, int tenant) {
        // A stream is what receivers are deployed for; by itself it changes nothing.
    }

    @Override
    public void removeStream(StreamDefinition stream, int tenant) {
        // The receiver's own deployer takes it down.
    }

    @Override
    public void receive(List<Event> events, Credentials sender) {
        int tenant = sender.getTenantId();
        tenancy.as(tenant, () -> {
            for (Event event : events) {
                byStream.getOrDefault(key(tenant, event.getStreamId()), new CopyOnWriteArrayList<>())
                        .forEach(listener -> hand(event, listener));
            }
        });
    }

    /** One event that fails does not take the rest of its bundle with it. */
    private static void hand(Event event, InputEventAdapterListener listener) {
        try {
            listener.onEvent(event);
        } catch (RuntimeException problem) {
            LOG.error("Error while processing an event of " + event.getStreamId() + ": " + problem.getMessage(), problem);
        }
    }

    private static String key(int tenant, String stream) {
        return tenant + " " + stream;
    }
}

package das.conformance.lab.streamstore;

import java.util.Collection;
import java.util.concurrent.Callable;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.wso2.carbon.databridge.commons.StreamDefinition;
import org.wso2.carbon.databridge.core.definitionstore.AbstractStreamDefinitionStore;
import org.wso2.carbon.databridge.core.exception.StreamDefinitionStoreException;
import org.wso2.carbon.event.stream.core.EventStreamService;

/** The stream definitions that the event stream service holds, one tenant's at a time. */
public class EventStreamDefinitionStore extends AbstractStreamDefinitionStore {

    private static final Log LOG = LogFactory.getLog(EventStreamDefinitionStore.class);

    private final TenantFlow flow;
    private volatile EventStreamService streams;

    public EventStreamDefinitionStore() {
        this(TenantFlow.CARBON);
    }

    EventStreamDefinitionStore(TenantFlow flow) {
        this.flow = flow;
    }

    protected void setStreams(EventStreamService service) {
        streams = service;
    }

    protected void unsetStreams(EventStreamService service) {
        if (streams == service) {
            streams = null;
        }
    }

    @Override
    public StreamDefinition getStreamDefinitionFromStore(String name, String version, int tenant)
            throws StreamDefinitionStoreException {
        return ask(tenant, "read stream " + name + ":" + version, () -> streams.getStreamDefinition(name, version));
    }

    @Override
    public StreamDefinition getStreamDefinitionFromStore(String id, int tenant) throws StreamDefinitionStoreException {
        return ask(tenant, "read stream " + id, () -> streams.getStreamDefinition(id));
    }

    @Override
    public Collection<StreamDefinition> getAllStreamDefinitionsFromStore(int tenant)
            throws StreamDefinitionStoreException {
        return ask(tenant, "list streams", () -> streams.getAllStreamDefinitions());
    }

    @Override
    public void saveStreamDefinitionToStore(StreamDefinition stream, int tenant) throws StreamDefinitionStoreException {
        ask(tenant, "save stream " + stream.getStreamId(), () -> {
            streams.addEventStreamDefinition(stream);
            return stream;
        });
    }

    @Override
    public boolean removeStreamDefinition(String name, String version, int tenant) {
        try {
            ask(tenant, "remove stream " + name + ":" + version, () -> {
                streams.removeEventStreamDefinition(name, version);
                return name;
            });
            return true;
        } catch (StreamDefinitionStoreException problem) {
            LOG.error(problem.getMessage(), problem);
            return false;
        }
    }

    private <T> T ask(int tenant, String what, Callable<T> step) throws StreamDefinitionStoreException {
        try {
            return flow.as(tenant, step);
        } catch (Exception problem) {
            String message = "Error in trying to " + what + " of tenant " + tenant + ": " + problem.getMessage();
            throw new StreamDefinitionStoreException(message, problem);
        }
    }
}

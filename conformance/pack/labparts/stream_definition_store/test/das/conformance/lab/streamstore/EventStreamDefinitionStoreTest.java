package das.conformance.lab.streamstore;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;

import org.wso2.carbon.databridge.commons.StreamDefinition;
import org.wso2.carbon.databridge.core.exception.StreamDefinitionStoreException;
import org.wso2.carbon.event.stream.core.EventStreamService;
import org.wso2.carbon.event.stream.core.exception.EventStreamConfigurationException;
import testkit.Expect;
import testkit.Fake;

/** Each question goes to the event stream service, as the tenant that is asked about. */
public final class EventStreamDefinitionStoreTest {

    private static final int TENANT = -1234;

    private final List<Integer> tenants = new ArrayList<>();
    private final Fake<EventStreamService> streams = new Fake<>(EventStreamService.class);
    private final EventStreamDefinitionStore store = new EventStreamDefinitionStore(new TenantFlow() {
        @Override
        public <T> T as(int tenant, Callable<T> step) throws Exception {
            tenants.add(tenant);
            return step.call();
        }
    });
    private final StreamDefinition stream = new StreamDefinition("in", "1.0.0");

    private EventStreamDefinitionStoreTest() throws Exception {
        store.setStreams(streams.object);
    }

    public static void main(String[] arguments) throws Exception {
        new EventStreamDefinitionStoreTest().readsByNameAndById();
        new EventStreamDefinitionStoreTest().listsSavesAndRemoves();
        new EventStreamDefinitionStoreTest().anAbsentStreamIsNull();
        new EventStreamDefinitionStoreTest().aFailureNamesStreamAndTenant();
        new EventStreamDefinitionStoreTest().aMissingServiceIsAFailure();
    }

    private void readsByNameAndById() throws Exception {
        streams.returns("getStreamDefinition", stream);
        Expect.that(store.getStreamDefinitionFromStore("in", "1.0.0", TENANT) == stream, "stream by name");
        Expect.that(store.getStreamDefinitionFromStore("in:1.0.0", 7) == stream, "stream by id");
        Expect.equal(2, streams.calls("getStreamDefinition").get(0).length, "arguments by name");
        Expect.equal("in:1.0.0", streams.calls("getStreamDefinition").get(1)[0], "id");
        Expect.equal("[-1234, 7]", tenants.toString(), "tenants");
    }

    private void listsSavesAndRemoves() throws Exception {
        streams.returns("getAllStreamDefinitions", Collections.singletonList(stream));
        Expect.equal(1, store.getAllStreamDefinitionsFromStore(TENANT).size(), "streams listed");
        store.saveStreamDefinitionToStore(stream, TENANT);
        Expect.that(streams.calls("addEventStreamDefinition").get(0)[0] == stream, "stream saved");
        Expect.that(store.removeStreamDefinition("in", "1.0.0", TENANT), "removed");
        Expect.equal("in", streams.calls("removeEventStreamDefinition").get(0)[0], "stream removed");
    }

    private void anAbsentStreamIsNull() throws Exception {
        Expect.equal(null, store.getStreamDefinitionFromStore("no", "1.0.0", TENANT), "absent stream");
    }

    private void aFailureNamesStreamAndTenant() {
        streams.on("getStreamDefinition", given -> {
            throw new EventStreamConfigurationException("broken");
        });
        Exception problem = Expect.fails(StreamDefinitionStoreException.class,
                () -> store.getStreamDefinitionFromStore("in", "1.0.0", TENANT), "a failing service");
        String expected = "Error in trying to read stream in:1.0.0 of tenant -1234: broken";
        Expect.equal(expected, problem.getMessage(), "message");
        streams.on("removeEventStreamDefinition", given -> {
            throw new EventStreamConfigurationException("broken");
        });
        Expect.that(!store.removeStreamDefinition("in", "1.0.0", TENANT), "failed removal");
    }

    private void aMissingServiceIsAFailure() {
        store.unsetStreams(streams.object);
        Expect.fails(StreamDefinitionStoreException.class,
                () -> store.getAllStreamDefinitionsFromStore(TENANT), "no service");
    }
}

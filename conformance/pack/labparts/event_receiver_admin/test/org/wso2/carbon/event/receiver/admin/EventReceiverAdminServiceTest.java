package org.wso2.carbon.event.receiver.admin;

import java.util.Arrays;

import org.wso2.carbon.event.input.adapter.core.InputEventAdapterService;
import org.wso2.carbon.event.receiver.admin.internal.InputAdapters;
import testkit.Expect;
import testkit.Fake;

/** The types are those of the adapter service. */
public final class EventReceiverAdminServiceTest {

    private EventReceiverAdminServiceTest() {
    }

    public static void main(String[] arguments) {
        EventReceiverAdminService admin = new EventReceiverAdminService();
        Expect.fails(IllegalStateException.class, admin::getAllInputAdapterTypes, "no service");
        Fake<InputEventAdapterService> adapters = new Fake<>(InputEventAdapterService.class);
        InputAdapters.use(adapters.object);
        Expect.equal(0, admin.getAllInputAdapterTypes().length, "types of a service that names none");
        adapters.returns("getInputEventAdapterTypes", Arrays.asList("http", "wso2event"));
        Expect.equal("[http, wso2event]", Arrays.toString(admin.getAllInputAdapterTypes()), "types");
    }
}

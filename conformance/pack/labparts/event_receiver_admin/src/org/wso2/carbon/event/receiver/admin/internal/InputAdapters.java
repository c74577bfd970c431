package org.wso2.carbon.event.receiver.admin.internal;

import org.wso2.carbon.event.input.adapter.core.InputEventAdapterService;

/** Holds the real adapter service for the SOAP service, whose objects axis2 makes. */
public class InputAdapters {

    private static volatile InputEventAdapterService service;

    protected void setService(InputEventAdapterService adapters) {
        use(adapters);
    }

    protected void unsetService(InputEventAdapterService adapters) {
        use(null);
    }

    /** Set the service; null takes it away. */
    public static void use(InputEventAdapterService adapters) {
        service = adapters;
    }

    /** The service; fails while there is none. */
    public static InputEventAdapterService get() {
        InputEventAdapterService adapters = service;
        if (adapters == null) {
            throw new IllegalStateException("The input event adapter service is not available in this node");
        }
        return adapters;
    }
}

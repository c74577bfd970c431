package org.wso2.carbon.event.receiver.admin;

import java.util.List;

import org.wso2.carbon.event.receiver.admin.internal.InputAdapters;

/** The SOAP service; each public method is an operation of it. */
public class EventReceiverAdminService {

    public String[] getAllInputAdapterTypes() {
        List<String> types = InputAdapters.get().getInputEventAdapterTypes();
        return types == null ? new String[0] : types.toArray(new String[0]);
    }
}

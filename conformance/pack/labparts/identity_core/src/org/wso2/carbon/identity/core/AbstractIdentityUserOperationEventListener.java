package org.wso2.carbon.identity.core;

import org.wso2.carbon.user.core.common.AbstractUserOperationEventListener;

/** What the user management's audit log extends; here every listener listens, as no file says otherwise. */
public class AbstractIdentityUserOperationEventListener extends AbstractUserOperationEventListener {

    public boolean isEnable() {
        return true;
    }

    public int getOrderId() {
        return getExecutionOrderId();
    }
}

package org.wso2.carbon.um.ws.service.internal;

import org.wso2.carbon.user.core.UserStoreException;
import org.wso2.carbon.user.core.UserStoreManager;
import org.wso2.carbon.user.core.service.RealmService;

/** Holds the realm service for the SOAP service, whose objects axis2 makes. */
public class Users {

    private static volatile RealmService realms;

    protected void setRealmService(RealmService service) {
        use(service);
    }

    protected void unsetRealmService(RealmService service) {
        use(null);
    }

    /** Set the service; null takes it away. */
    public static void use(RealmService service) {
        realms = service;
    }

    /** The user store of the super tenant; fails while there is no realm service. */
    public static UserStoreManager store() throws UserStoreException {
        RealmService service = realms;
        if (service == null) {
            throw new UserStoreException("The realm service is not available in this node");
        }
        return service.getBootstrapRealm().getUserStoreManager();
    }
}

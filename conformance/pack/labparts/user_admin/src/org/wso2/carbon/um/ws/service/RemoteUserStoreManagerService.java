package org.wso2.carbon.um.ws.service;

import java.util.HashMap;
import java.util.Map;

import org.wso2.carbon.um.ws.service.internal.Users;
import org.wso2.carbon.user.core.UserStoreException;
import org.wso2.carbon.user.mgt.common.ClaimValue;

/**
 * The SOAP service; each public method is an operation of it.
 *
 * <p>No lambda in this class: axis2 reads parameter names from its byte code and gives up at constants that only they
 * need, after which the parameters would be called param0, param1 and so on.
 */
public class RemoteUserStoreManagerService {

    public void addUser(String userName, String credential, String[] roleList, ClaimValue[] claims, String profileName,
            boolean requirePasswordChange) throws UserStoreException {
        Map<String, String> values = new HashMap<String, String>();
        if (claims != null) {
            for (ClaimValue claim : claims) {
                // An absent array may arrive as one nil element.
                if (claim != null && claim.getClaimURI() != null) {
                    values.put(claim.getClaimURI(), claim.getValue());
                }
            }
        }
        Users.store().addUser(userName, credential, withoutNil(roleList), values, profileName, requirePasswordChange);
    }

    public void deleteUser(String userName) throws UserStoreException {
        Users.store().deleteUser(userName);
    }

    public boolean isExistingUser(String userName) throws UserStoreException {
        return Users.store().isExistingUser(userName);
    }

    public boolean authenticate(String userName, String credential) throws UserStoreException {
        return Users.store().authenticate(userName, credential);
    }

    public String[] listUsers(String filter, int maxItemLimit) throws UserStoreException {
        return Users.store().listUsers(filter, maxItemLimit);
    }

    public String[] getRoleListOfUser(String userName) throws UserStoreException {
        return Users.store().getRoleListOfUser(userName);
    }

    private static String[] withoutNil(String[] names) {
        boolean absent = names == null || names.length == 1 && names[0] == null;
        return absent ? new String[0] : names;
    }
}

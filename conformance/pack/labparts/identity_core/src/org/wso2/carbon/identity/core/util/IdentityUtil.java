package org.wso2.carbon.identity.core.util;

import org.wso2.carbon.user.core.UserStoreManager;

/** What the user management asks about user stores. */
public final class IdentityUtil {

    private static final String PRIMARY = "PRIMARY";
    private static final String CASE_INSENSITIVE = "CaseInsensitiveUsername";

    private IdentityUtil() {
    }

    /** Name of the user store that has no name of its own in user-mgt.xml; the lab's has none. */
    public static String getPrimaryDomainName() {
        return PRIMARY;
    }

    /** Whether names that differ in case only are two users: unless the store's property says otherwise. */
    public static boolean isUserStoreCaseSensitive(UserStoreManager store) {
        return !Boolean.parseBoolean(store.getRealmConfiguration().getUserStoreProperty(CASE_INSENSITIVE));
    }
}

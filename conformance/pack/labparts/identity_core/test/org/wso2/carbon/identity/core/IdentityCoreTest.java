package org.wso2.carbon.identity.core;

import java.io.ByteArrayInputStream;
import java.io.IOException;

import org.wso2.carbon.identity.core.util.IdentityIOStreamUtils;
import org.wso2.carbon.identity.core.util.IdentityUtil;
import org.wso2.carbon.user.api.RealmConfiguration;
import org.wso2.carbon.user.core.UserStoreManager;
import testkit.Expect;
import testkit.Fake;

/** The classes answer as the user management expects of a node with one user store. */
public final class IdentityCoreTest {

    private IdentityCoreTest() {
    }

    public static void main(String[] arguments) {
        listenersListen();
        namesAreCaseSensitiveUnlessTheStoreSaysOtherwise();
        streamsAreClosed();
        Expect.equal("PRIMARY", IdentityUtil.getPrimaryDomainName(), "primary domain");
    }

    private static void listenersListen() {
        Expect.that(new AbstractIdentityUserOperationEventListener().isEnable(), "enabled");
    }

    private static void namesAreCaseSensitiveUnlessTheStoreSaysOtherwise() {
        Expect.that(IdentityUtil.isUserStoreCaseSensitive(store(null)), "no property");
        Expect.that(IdentityUtil.isUserStoreCaseSensitive(store("false")), "false");
        Expect.that(!IdentityUtil.isUserStoreCaseSensitive(store("true")), "true");
    }

    private static UserStoreManager store(String value) {
        RealmConfiguration configuration = new RealmConfiguration();
        if (value != null) {
            configuration.getUserStoreProperties().put("CaseInsensitiveUsername", value);
        }
        return new Fake<>(UserStoreManager.class).returns("getRealmConfiguration", configuration).object;
    }

    private static void streamsAreClosed() {
        boolean[] closed = {false};
        IdentityIOStreamUtils.closeInputStream(null);
        IdentityIOStreamUtils.closeInputStream(new ByteArrayInputStream(new byte[0]) {
            @Override
            public void close() throws IOException {
                closed[0] = true;
                throw new IOException("already");
            }
        });
        Expect.that(closed[0], "closed");
    }
}

package org.wso2.carbon.event.input.adapter.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.wso2.carbon.user.api.UserStoreException;
import org.wso2.carbon.user.core.service.RealmService;
import org.wso2.carbon.utils.multitenancy.MultitenantUtils;

/** Judges HTTP Basic credentials by the user store of the tenant that owns the receiver. */
final class Credentials {

    private static final Log LOG = LogFactory.getLog(HTTPMessageServlet.class);
    private static final String SCHEME = "Basic ";

    private final RealmService realms;

    Credentials(RealmService realms) {
        this.realms = realms;
    }

    /** True when the Authorization header (null if the request has none) names a user of the tenant. */
    boolean accepts(String header, int tenant) {
        String[] pair = pairOf(header);
        if (pair.length < 2) {
            return false;
        }
        String domain = MultitenantUtils.getTenantDomain(pair[0]);
        String user = MultitenantUtils.getTenantAwareUsername(pair[0]);
        try {
            return realms.getTenantManager().getTenantId(domain) == tenant
                    && realms.getTenantUserRealm(tenant).getUserStoreManager().authenticate(user, pair[1]);
        } catch (UserStoreException problem) {
            LOG.error("Error in checking the credentials of " + user + ": " + problem.getMessage(), problem);
            return false;
        }
    }

    /** User and password; fewer than two texts when the header is absent, of another scheme or malformed. */
    private static String[] pairOf(String header) {
        if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return new String[0];
        }
        try {
            byte[] decoded = Base64.getDecoder().decode(header.substring(SCHEME.length()).trim());
            return new String(decoded, StandardCharsets.UTF_8).split(":", 2);
        } catch (IllegalArgumentException notBase64) {
            return new String[0];
        }
    }
}

package das.conformance.lab.identitycore;

import org.wso2.carbon.identity.core.util.IdentityCoreInitializedEvent;

/** Says that the identity core is there. */
public class Ready implements IdentityCoreInitializedEvent {
}

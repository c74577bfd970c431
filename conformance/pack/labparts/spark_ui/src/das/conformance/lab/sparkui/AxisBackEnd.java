package das.conformance.lab.sparkui;

import javax.servlet.ServletContext;
import javax.servlet.http.HttpSession;

import org.apache.axiom.om.OMElement;
import org.apache.axis2.AxisFault;
import org.apache.axis2.addressing.EndpointReference;
import org.apache.axis2.client.Options;
import org.apache.axis2.client.ServiceClient;
import org.apache.axis2.context.ConfigurationContext;
import org.apache.axis2.description.AxisService;
import org.apache.axis2.transport.http.HTTPConstants;
import org.wso2.carbon.CarbonConstants;
import org.wso2.carbon.ui.CarbonUIUtil;
import org.wso2.carbon.utils.ServerConstants;

/**
 * The service over the management console's own channel, with the admin cookie of the session.
 *
 * <p>A session that is not logged in has no such cookie, and the service refuses the call.
 */
final class AxisBackEnd implements BackEnd {

    private static final int ONE_HOUR_MILLIS = 60 * 60 * 1000;

    private final ConfigurationContext client;
    private final String address;
    private final String cookie;

    AxisBackEnd(ServletContext application, HttpSession session, String service) {
        client = (ConfigurationContext) application.getAttribute(CarbonConstants.CONFIGURATION_CONTEXT);
        if (client == null) {
            throw new IllegalStateException("the management console has no client configuration");
        }
        address = CarbonUIUtil.getServerURL(application, session) + service;
        cookie = (String) session.getAttribute(ServerConstants.ADMIN_SERVICE_COOKIE);
    }

    @Override
    public OMElement call(String operation, OMElement request) throws AxisFault {
        ServiceClient caller = new ServiceClient(client, (AxisService) null);
        try {
            Options options = caller.getOptions();
            options.setTo(new EndpointReference(address));
            options.setAction("urn:" + operation);
            options.setManageSession(true);
            options.setTimeOutInMilliSeconds(ONE_HOUR_MILLIS);
            options.setProperty(HTTPConstants.SO_TIMEOUT, ONE_HOUR_MILLIS);
            options.setProperty(HTTPConstants.CONNECTION_TIMEOUT, ONE_HOUR_MILLIS);
            options.setProperty(HTTPConstants.COOKIE_STRING, cookie);
            OMElement response = caller.sendReceive(request);
            // The transport may only be given back after the whole answer has been read.
            response.build();
            return response;
        } finally {
            caller.cleanupTransport();
            caller.cleanup();
        }
    }
}

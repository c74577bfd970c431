package org.wso2.carbon.event.input.adapter.http;

import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;

import javax.servlet.ServletException;

import org.osgi.service.http.HttpService;
import org.osgi.service.http.NamespaceException;
import org.wso2.carbon.event.input.adapter.core.InputEventAdapter;
import org.wso2.carbon.event.input.adapter.core.InputEventAdapterConfiguration;
import org.wso2.carbon.event.input.adapter.core.InputEventAdapterListener;
import org.wso2.carbon.event.input.adapter.core.exception.InputEventAdapterException;
import org.wso2.carbon.event.input.adapter.core.exception.InputEventAdapterRuntimeException;
import org.wso2.carbon.event.input.adapter.core.exception.TestConnectionNotSupportedException;
import org.wso2.carbon.user.core.service.RealmService;
import org.wso2.carbon.utils.multitenancy.MultitenantConstants;

/** One receiver's endpoint on the server's HTTP service: /endpoints/NAME, or /endpoints/t/DOMAIN/NAME of a tenant. */
class HTTPEventAdapter implements InputEventAdapter {

    static final String TRANSPORTS = "transports";
    static final String BASIC_AUTH = "basicAuthEnabled";

    private static final List<String> EXPOSURES = Arrays.asList("https", "http", "local", "all");

    /** Over which transports an endpoint is served, and whether it asks for credentials. */
    static final class Exposure {

        private final String transports;
        private final boolean basicAuth;

        Exposure(String transports, boolean basicAuth) {
            this.transports = transports;
            this.basicAuth = basicAuth;
        }

        boolean allows(boolean secure) {
            return "all".equals(transports) || (secure ? "https" : "http").equals(transports);
        }

        /** Plain http never asks. */
        boolean asksCredentials(boolean secure) {
            return basicAuth && secure;
        }
    }

    private final String name;
    private final Map<String, String> properties;
    private final JobQueue.Limits limits;
    private final HttpService http;
    private final RealmService realms;
    private final Tenancy tenancy;
    private InputEventAdapterListener listener;
    private JobQueue jobs;
    private String alias;

    HTTPEventAdapter(InputEventAdapterConfiguration receiver, JobQueue.Limits limits, HttpService http,
            RealmService realms, Tenancy tenancy) {
        this.name = receiver.getName();
        this.properties = receiver.getProperties();
        this.limits = limits;
        this.http = http;
        this.realms = realms;
        this.tenancy = tenancy;
    }

    @Override
    public void init(InputEventAdapterListener receiver) throws InputEventAdapterException {
        if (!EXPOSURES.contains(property(TRANSPORTS, "all"))) {
            throw new InputEventAdapterException("Receiver " + name + ": property " + TRANSPORTS + " must be one of "
                    + EXPOSURES + ", not " + property(TRANSPORTS, "all"));
        }
        listener = receiver;
    }

    private String property(String key, String otherwise) {
        String value = properties == null ? null : properties.get(key);
        return value == null || value.trim().isEmpty() ? otherwise : value.trim();
    }

    @Override
    public void testConnect() throws TestConnectionNotSupportedException {
        throw new TestConnectionNotSupportedException("not-available");
    }

    @Override
    public synchronized void connect() {
        int tenant = tenancy.current();
        String path = tenant == MultitenantConstants.SUPER_TENANT_ID
                ? "/endpoints/" + name : "/endpoints/t/" + tenancy.currentDomain() + "/" + name;
        boolean basicAuth = Boolean.parseBoolean(property(BASIC_AUTH, "true"));
        Exposure exposure = new Exposure(property(TRANSPORTS, "all"), basicAuth);
        JobQueue queue = new JobQueue(limits);
        HTTPMessageServlet servlet = new HTTPMessageServlet(exposure, new Credentials(realms), tenant,
                body -> queue.add(() -> tenancy.as(tenant, () -> listener.onEvent(body))));
        try {
            http.registerServlet(path, servlet, new Hashtable<String, String>(), http.createDefaultHttpContext());
        } catch (ServletException | NamespaceException problem) {
            queue.close();
            throw new InputEventAdapterRuntimeException(
                    "Error in registering the endpoint " + path + ": " + problem.getMessage(), problem);
        }
        jobs = queue;
        alias = path;
    }

    @Override
    public synchronized void disconnect() {
        if (alias != null) {
            http.unregister(alias);
            alias = null;
            jobs.close();
        }
    }

    @Override
    public void destroy() {
        disconnect();
    }

    /** The product's type offers no such property and always says no. */
    @Override
    public boolean isEventDuplicatedInCluster() {
        return false;
    }

    @Override
    public boolean isPolling() {
        return false;
    }
}

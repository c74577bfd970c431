package org.wso2.carbon.event.input.adapter.http;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import javax.servlet.ReadListener;
import javax.servlet.ServletInputStream;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;

import org.osgi.service.http.HttpService;
import org.osgi.service.http.NamespaceException;
import org.wso2.carbon.event.input.adapter.core.InputEventAdapterConfiguration;
import org.wso2.carbon.event.input.adapter.core.InputEventAdapterListener;
import org.wso2.carbon.event.input.adapter.core.exception.InputEventAdapterException;
import org.wso2.carbon.event.input.adapter.core.exception.InputEventAdapterRuntimeException;
import org.wso2.carbon.user.core.UserRealm;
import org.wso2.carbon.user.core.UserStoreException;
import org.wso2.carbon.user.core.UserStoreManager;
import org.wso2.carbon.user.core.service.RealmService;
import org.wso2.carbon.user.core.tenant.TenantManager;
import testkit.Expect;
import testkit.Fake;

/** The endpoint: where it lies, whom it lets in, what it answers, and what reaches the receiver. */
public final class HTTPEventAdapterTest {

    private static final int SUPER = -1234;
    private static final String EVENT = "{\"event\":{\"payloadData\":{\"name\":\"Zo\u00eb\"}}}";

    private final Map<String, String> properties = new HashMap<>();
    private final BlockingQueue<Object> received = new LinkedBlockingQueue<>();
    private final Fake<HttpService> http = new Fake<>(HttpService.class);
    private final Fake<UserStoreManager> users = new Fake<>(UserStoreManager.class)
            .on("authenticate", given -> "admin".equals(given[0]) && "secret".equals(given[1]));
    private final Fake<InputEventAdapterListener> listener = new Fake<>(InputEventAdapterListener.class)
            .on("onEvent", given -> received.add(given[0]));
    private int tenant = SUPER;
    private int status;
    private String answer;

    public static void main(String[] arguments) throws Exception {
        new HTTPEventAdapterTest().anEventIsAnsweredAndThenProcessed();
        new HTTPEventAdapterTest().getIsHandledLikePost();
        new HTTPEventAdapterTest().aMalformedEventIsAcceptedAndHandedOn();
        new HTTPEventAdapterTest().anEmptyBodyIsDropped();
        new HTTPEventAdapterTest().aFailingReceiverDoesNotStopTheNextEvent();
        new HTTPEventAdapterTest().plainHttpAsksNoCredentials();
        new HTTPEventAdapterTest().httpsAsksCredentials();
        new HTTPEventAdapterTest().aBrokenUserStoreLetsNobodyIn();
        new HTTPEventAdapterTest().aTenantsEndpointIsClosedToOthers();
        new HTTPEventAdapterTest().transportsThatAreNotExposedAreForbidden();
        new HTTPEventAdapterTest().anUnknownTransportIsRefusedAtDeployment();
        new HTTPEventAdapterTest().theEndpointGoesWithItsReceiver();
        new HTTPEventAdapterTest().aTakenPathIsNamed();
    }

    private HTTPEventAdapter adapter() {
        InputEventAdapterConfiguration receiver = new InputEventAdapterConfiguration();
        receiver.setName("prices");
        receiver.setProperties(properties);
        Fake<TenantManager> tenants = new Fake<>(TenantManager.class)
                .on("getTenantId", given -> "carbon.super".equals(given[0]) ? SUPER : 7);
        UserRealm realm = new Fake<>(UserRealm.class).returns("getUserStoreManager", users.object).object;
        RealmService realms = new Fake<>(RealmService.class)
                .returns("getTenantManager", tenants.object).returns("getTenantUserRealm", realm).object;
        return new HTTPEventAdapter(receiver, JobQueue.Limits.of(null), http.object, realms, new Tenancy() {
            @Override
            public int current() {
                return tenant;
            }

            @Override
            public String currentDomain() {
                return "example.com";
            }

            @Override
            public void as(int owner, Runnable step) {
                Expect.equal(tenant, owner, "tenant of the event");
                step.run();
            }
        });
    }

    private HTTPEventAdapter connected() throws Exception {
        HTTPEventAdapter adapter = adapter();
        adapter.init(listener.object);
        adapter.connect();
        return adapter;
    }

    private void send(String scheme, String authorization, String body) throws Exception {
        HTTPMessageServlet servlet = (HTTPMessageServlet) http.calls("registerServlet").get(0)[1];
        StringWriter written = new StringWriter();
        status = 0;
        servlet.doPost(request(scheme, authorization, body), new Fake<>(HttpServletResponse.class)
                .on("setStatus", given -> status = (int) given[0])
                .returns("getWriter", new PrintWriter(written)).object);
        answer = written.toString();
    }

    private static HttpServletRequest request(String scheme, String authorization, String body) {
        ByteArrayInputStream bytes = new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8));
        return new Fake<>(HttpServletRequest.class).returns("getScheme", scheme)
                .on("getHeader", given -> "Authorization".equals(given[0]) ? authorization : null)
                .returns("getInputStream", new ServletInputStream() {
                    @Override
                    public int read() {
                        return bytes.read();
                    }

                    @Override
                    public boolean isFinished() {
                        return bytes.available() == 0;
                    }

                    @Override
                    public boolean isReady() {
                        return true;
                    }

                    @Override
                    public void setReadListener(ReadListener none) {
                        throw new UnsupportedOperationException();
                    }
                }).object;
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private Object next() throws InterruptedException {
        return received.poll(10, TimeUnit.SECONDS);
    }

    private void anEventIsAnsweredAndThenProcessed() throws Exception {
        HTTPEventAdapter adapter = connected();
        send("http", null, EVENT);
        Expect.equal(200, status, "status");
        Expect.equal("", answer, "body of the answer");
        Expect.equal(EVENT, next(), "event");
        Expect.equal("/endpoints/prices", http.calls("registerServlet").get(0)[0], "path");
        adapter.destroy();
    }

    private void getIsHandledLikePost() throws Exception {
        HTTPEventAdapter adapter = connected();
        HTTPMessageServlet servlet = (HTTPMessageServlet) http.calls("registerServlet").get(0)[1];
        servlet.doGet(request("http", null, EVENT), new Fake<>(HttpServletResponse.class).object);
        Expect.equal(EVENT, next(), "event of a GET");
        adapter.destroy();
    }

    private void aMalformedEventIsAcceptedAndHandedOn() throws Exception {
        HTTPEventAdapter adapter = connected();
        send("http", null, "\n{\"event\":{ ");
        Expect.equal(200, status, "status of a malformed event");
        Expect.equal("{\"event\":{", next(), "malformed event for the receiver to judge");
        adapter.destroy();
    }

    private void anEmptyBodyIsDropped() throws Exception {
        HTTPEventAdapter adapter = connected();
        send("http", null, " \n");
        Expect.equal(200, status, "status of an empty body");
        send("http", null, EVENT);
        Expect.equal(EVENT, next(), "first event");
        adapter.destroy();
    }

    private void aFailingReceiverDoesNotStopTheNextEvent() throws Exception {
        HTTPEventAdapter adapter = connected();
        listener.on("onEvent", given -> {
            received.add("failed");
            throw new IllegalStateException("broken");
        });
        send("http", null, EVENT);
        Expect.equal("failed", next(), "failing event");
        listener.on("onEvent", given -> received.add(given[0]));
        send("http", null, EVENT);
        Expect.equal(EVENT, next(), "event after a failed one");
        adapter.destroy();
    }

    private void plainHttpAsksNoCredentials() throws Exception {
        HTTPEventAdapter adapter = connected();
        send("http", basic("admin:wrong"), EVENT);
        Expect.equal(200, status, "status over http");
        adapter.destroy();
    }

    private void httpsAsksCredentials() throws Exception {
        HTTPEventAdapter adapter = connected();
        String[] refused = {null, "", "Basic", "Basic !!!", "Bearer abc", basic("admin"), basic("admin:wrong"),
            basic("nobody:secret"), basic("admin@example.com:secret")};
        for (String authorization : refused) {
            send("https", authorization, EVENT);
            Expect.equal(401, status, "status for " + authorization);
            Expect.equal("_AUTH_FAILURE_", answer, "body for " + authorization);
        }
        Expect.that(received.isEmpty(), "nothing was handed on");
        send("https", basic("admin:secret"), EVENT);
        Expect.equal(200, status, "status for the right credentials");
        adapter.destroy();
        properties.put("basicAuthEnabled", "false");
        HTTPEventAdapterTest open = new HTTPEventAdapterTest();
        open.properties.putAll(properties);
        HTTPEventAdapter second = open.connected();
        open.send("https", null, EVENT);
        Expect.equal(200, open.status, "status without basicAuthEnabled");
        second.destroy();
    }

    private void aBrokenUserStoreLetsNobodyIn() throws Exception {
        HTTPEventAdapter adapter = connected();
        users.on("authenticate", given -> {
            throw new UserStoreException("database gone");
        });
        send("https", basic("admin:secret"), EVENT);
        Expect.equal(401, status, "status while the user store is broken");
        adapter.destroy();
    }

    private void aTenantsEndpointIsClosedToOthers() throws Exception {
        tenant = 7;
        HTTPEventAdapter adapter = connected();
        Expect.equal("/endpoints/t/example.com/prices", http.calls("registerServlet").get(0)[0], "path");
        send("https", basic("admin:secret"), EVENT);
        Expect.equal(401, status, "status for a user of another tenant");
        send("https", basic("admin@example.com:secret"), EVENT);
        Expect.equal(200, status, "status for the tenant's user");
        adapter.destroy();
    }

    private void transportsThatAreNotExposedAreForbidden() throws Exception {
        String[][] rows = {{"https", "http"}, {"http", "https"}, {"local", "http"}, {"local", "https"}};
        for (String[] row : rows) {
            HTTPEventAdapterTest test = new HTTPEventAdapterTest();
            test.properties.put("transports", row[0]);
            HTTPEventAdapter adapter = test.connected();
            test.send(row[1], basic("admin:secret"), EVENT);
            Expect.equal(403, test.status, row[1] + " to a receiver of " + row[0]);
            Expect.that(test.received.isEmpty(), "nothing was handed on");
            adapter.destroy();
        }
    }

    private void anUnknownTransportIsRefusedAtDeployment() {
        properties.put("transports", "carrier-pigeon");
        Exception problem = Expect.fails(InputEventAdapterException.class,
                () -> adapter().init(listener.object), "an unknown transport");
        Expect.that(problem.getMessage().contains("carrier-pigeon"), "message: " + problem.getMessage());
    }

    private void theEndpointGoesWithItsReceiver() throws Exception {
        HTTPEventAdapter adapter = connected();
        adapter.disconnect();
        adapter.destroy();
        Expect.equal(1, http.calls("unregister").size(), "times unregistered");
        Expect.equal("/endpoints/prices", http.calls("unregister").get(0)[0], "path unregistered");
    }

    private void aTakenPathIsNamed() {
        http.on("registerServlet", given -> {
            throw new NamespaceException("taken");
        });
        Exception problem = Expect.fails(InputEventAdapterRuntimeException.class, this::connected, "a taken path");
        Expect.that(problem.getMessage().contains("/endpoints/prices"), "message: " + problem.getMessage());
    }
}

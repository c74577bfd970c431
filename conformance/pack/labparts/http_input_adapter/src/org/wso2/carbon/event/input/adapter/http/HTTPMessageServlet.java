package org.wso2.carbon.event.input.adapter.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/** The endpoint of one receiver: checks transport and credentials, answers, and hands the body on. */
class HTTPMessageServlet extends HttpServlet {

    static final String AUTH_FAILURE = "_AUTH_FAILURE_";

    private static final long serialVersionUID = 1L;
    private static final Log LOG = LogFactory.getLog(HTTPMessageServlet.class);

    private final transient HTTPEventAdapter.Exposure exposure;
    private final transient Credentials credentials;
    private final int tenant;
    private final transient Consumer<String> events;

    HTTPMessageServlet(HTTPEventAdapter.Exposure exposure, Credentials credentials, int tenant,
            Consumer<String> events) {
        this.exposure = exposure;
        this.credentials = credentials;
        this.tenant = tenant;
        this.events = events;
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        boolean secure = "https".equalsIgnoreCase(request.getScheme());
        if (!exposure.allows(secure)) {
            response.setStatus(HttpServletResponse.SC_FORBIDDEN);
            return;
        }
        if (exposure.asksCredentials(secure) && !credentials.accepts(request.getHeader("Authorization"), tenant)) {
            response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
            response.getWriter().write(AUTH_FAILURE);
            return;
        }
        String body = textOf(request.getInputStream()).trim();
        response.setStatus(HttpServletResponse.SC_OK);
        if (body.isEmpty()) {
            LOG.warn("Event Object is empty/null");
            return;
        }
        events.accept(body);
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        doPost(request, response);
    }

    private static String textOf(InputStream stream) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
            bytes.write(buffer, 0, count);
        }
        return new String(bytes.toByteArray(), StandardCharsets.UTF_8);
    }
}

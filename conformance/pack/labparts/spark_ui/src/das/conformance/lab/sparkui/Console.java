package das.conformance.lab.sparkui;

import java.io.IOException;
import java.io.Writer;

import javax.servlet.ServletContext;
import javax.servlet.ServletException;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import javax.servlet.http.HttpSession;

import org.apache.axis2.AxisFault;

/** What the console's two pages call. */
public final class Console {

    private Console() {
    }

    /** Whether queries may be run in this node. */
    public static boolean isEnabled(ServletContext application, HttpSession session) throws ServletException {
        try {
            return client(application, session).isAnalyticsExecutionEnabled();
        } catch (AxisFault fault) {
            throw new ServletException(ProcessorClient.reasonOf(fault), fault);
        }
    }

    /** Answer a POST of one query with JSON; other verbs get 405, what fails outside of the service's call 500. */
    public static void answer(ServletContext application, HttpServletRequest request, HttpServletResponse response,
            Writer out) throws IOException {
        if (!"POST".equals(request.getMethod())) {
            response.sendError(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
            return;
        }
        try {
            ConsoleQuery query = new ConsoleQuery(client(application, request.getSession()));
            // The page's own writer: a JSP has already taken the response's.
            out.write(query.answer(textOf(request)));
        } catch (RuntimeException problem) {
            response.sendError(HttpServletResponse.SC_INTERNAL_SERVER_ERROR, problem.getMessage());
        }
    }

    private static String textOf(HttpServletRequest request) {
        String text = request.getParameter("query");
        if (text == null) {
            throw new IllegalArgumentException("the parameter query is missing");
        }
        return text;
    }

    private static ProcessorClient client(ServletContext application, HttpSession session) {
        return new ProcessorClient(new AxisBackEnd(application, session, ProcessorClient.SERVICE));
    }
}

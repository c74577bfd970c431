package das.conformance.lab.sparkui;

import java.io.StringWriter;

import javax.servlet.ServletContext;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import javax.servlet.http.HttpSession;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import org.apache.axiom.om.OMElement;
import org.apache.axiom.om.util.AXIOMUtil;
import org.apache.axis2.AxisFault;
import testkit.Expect;
import testkit.Fake;

/** What a query becomes on its way to the service, and what its answer or fault becomes on the way back. */
public final class ConsoleTest {

    private static final String OPEN = "<r:executeQueryResponse xmlns:r='http://admin.spark.analytics.carbon.wso2.org'"
            + " xmlns:x='http://www.w3.org/2001/XMLSchema-instance'"
            + " xmlns:d='http://dto.admin.spark.analytics.carbon.wso2.org/xsd'><r:return>";
    private static final String CLOSE = "</r:return></r:executeQueryResponse>";
    private static final String ROWS = "<d:columnNames>a</d:columnNames><d:columnNames>b</d:columnNames>"
            + "<d:query>q</d:query>"
            + "<d:rowsResults><d:columnValues>1 &lt; 2</d:columnValues><d:columnValues x:nil='true'/></d:rowsResults>"
            + "<d:rowsResults><d:columnValues/><d:columnValues>Zo\u00eb \"x\"</d:columnValues></d:rowsResults>";
    private static final String NOTHING = "<d:columnNames x:nil='true'/><d:query>q</d:query><d:rowsResults x:nil='1'/>";

    private OMElement asked;
    private String operation;

    public static void main(String[] arguments) throws Exception {
        new ConsoleTest().rowsBecomeTexts();
        new ConsoleTest().anInsertHasNoColumns();
        new ConsoleTest().nilArraysAreEmpty();
        new ConsoleTest().escapedQueriesArriveAsTyped();
        new ConsoleTest().theServicesOwnMessageIsShown();
        new ConsoleTest().aFaultWithoutDetailShowsItsReason();
        new ConsoleTest().executionMayBeDisabled();
        new ConsoleTest().otherVerbsAreNotAllowed();
        new ConsoleTest().whatFailsOutsideTheCallIsAnError();
    }

    private ProcessorClient processor(String response) {
        return new ProcessorClient((name, request) -> {
            operation = name;
            asked = request;
            try {
                return AXIOMUtil.stringToOM(response);
            } catch (javax.xml.stream.XMLStreamException problem) {
                throw new IllegalStateException(problem);
            }
        });
    }

    private static ProcessorClient failing(AxisFault fault) {
        return new ProcessorClient((name, request) -> {
            throw fault;
        });
    }

    private static JsonObject answer(ProcessorClient processor, String query) {
        return new JsonParser().parse(new ConsoleQuery(processor).answer(query)).getAsJsonObject();
    }

    private static String expected(int code, String message, String columns, String items) {
        return "{\"meta\":{\"code\":" + code + ",\"responseMessage\":\"" + message + "\",\"columns\":" + columns
                + "},\"response\":{\"items\":" + items + "}}";
    }

    private void rowsBecomeTexts() {
        JsonObject found = answer(processor(OPEN + ROWS + CLOSE), "SELECT a, b FROM t");
        JsonObject wanted = new JsonParser().parse(expected(200, "EXECUTED QUERY : SELECT a, b FROM t", "[\"a\",\"b\"]",
                "[[\"1 < 2\",\"NULL\"],[\"\",\"Zo\u00eb \\\"x\\\"\"]]")).getAsJsonObject();
        Expect.equal(wanted, found, "answer");
        Expect.equal("executeQuery", operation, "operation");
    }

    private void anInsertHasNoColumns() {
        JsonObject found = answer(processor(OPEN + ROWS + CLOSE), " InSeRt INTO TABLE t SELECT 1");
        Expect.equal(0, found.getAsJsonObject("meta").getAsJsonArray("columns").size(), "columns");
    }

    private void nilArraysAreEmpty() {
        JsonObject found = answer(processor(OPEN + NOTHING + CLOSE), "q");
        Expect.equal(expected(200, "EXECUTED QUERY : q", "[]", "[]"), found.toString(), "answer");
        JsonObject nothing = answer(processor("<executeQueryResponse/>"), "q");
        Expect.equal(expected(200, "EXECUTED QUERY : q", "[]", "[]"), nothing.toString(), "answer of an empty response");
    }

    private void escapedQueriesArriveAsTyped() {
        answer(processor(OPEN + NOTHING + CLOSE), "SELECT 1 &lt; 2 AS &quot;x&quot;");
        Expect.equal("SELECT 1 < 2 AS \"x\"", asked.getFirstElement().getText(), "escaped query");
        answer(processor(OPEN + NOTHING + CLOSE), "SELECT 1 < 2 AS \"x\"");
        Expect.equal("SELECT 1 < 2 AS \"x\"", asked.getFirstElement().getText(), "raw query");
        Expect.equal("query", asked.getFirstElement().getLocalName(), "parameter");
        Expect.equal("http://admin.spark.analytics.carbon.wso2.org", asked.getNamespace().getNamespaceURI(),
                "namespace");
    }

    private void theServicesOwnMessageIsShown() throws Exception {
        AxisFault fault = new AxisFault("reason");
        fault.setDetail(AXIOMUtil.stringToOM("<detail><a><AnalyticsProcessorAdminException>"
                + "<e:message xmlns:e='urn:e'>Exception in executing query x</e:message>"
                + "</AnalyticsProcessorAdminException></a></detail>"));
        JsonObject found = answer(failing(fault), "x");
        Expect.equal(expected(400, "ERROR EXECUTING QUERY : x", "[\"ERROR\"]",
                "[[\"Exception in executing query x\"]]"), found.toString(), "answer");
    }

    private void aFaultWithoutDetailShowsItsReason() throws Exception {
        JsonObject found = answer(failing(new AxisFault("Access Denied. Please login first.")), "x");
        Expect.equal(expected(400, "ERROR EXECUTING QUERY : x", "[\"ERROR\"]",
                "[[\"Access Denied. Please login first.\"]]"), found.toString(), "answer");
        AxisFault empty = new AxisFault("reason");
        empty.setDetail(AXIOMUtil.stringToOM("<detail/>"));
        Expect.equal("reason", ProcessorClient.reasonOf(empty), "reason of an empty detail");
    }

    private void executionMayBeDisabled() throws Exception {
        Expect.that(processor("<r><return>true</return></r>").isAnalyticsExecutionEnabled(), "enabled");
        Expect.that(!processor("<r><return>false</return></r>").isAnalyticsExecutionEnabled(), "disabled");
        Expect.that(!processor("<r/>").isAnalyticsExecutionEnabled(), "no answer");
    }

    private int errorOf(String verb) throws Exception {
        Fake<HttpServletResponse> response = new Fake<>(HttpServletResponse.class);
        StringWriter out = new StringWriter();
        Console.answer(new Fake<>(ServletContext.class).object,
                new Fake<>(HttpServletRequest.class).returns("getMethod", verb).returns("getParameter", "SELECT 1")
                        .returns("getSession", new Fake<>(HttpSession.class).object).object,
                response.object, out);
        Expect.equal("", out.toString(), "body");
        return (int) response.calls("sendError").get(0)[0];
    }

    private void otherVerbsAreNotAllowed() throws Exception {
        Expect.equal(405, errorOf("GET"), "status of a GET");
        Expect.equal(405, errorOf("PUT"), "status of a PUT");
    }

    private void whatFailsOutsideTheCallIsAnError() throws Exception {
        Expect.equal(500, errorOf("POST"), "status without a client configuration");
    }
}

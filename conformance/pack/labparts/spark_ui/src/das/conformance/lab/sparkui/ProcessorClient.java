package das.conformance.lab.sparkui;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

import javax.xml.namespace.QName;

import org.apache.axiom.om.OMAbstractFactory;
import org.apache.axiom.om.OMElement;
import org.apache.axiom.om.OMFactory;
import org.apache.axiom.om.OMNamespace;
import org.apache.axis2.AxisFault;

/** The operations of AnalyticsProcessorAdminService that the console needs. */
final class ProcessorClient {

    static final String SERVICE = "AnalyticsProcessorAdminService";

    private static final String NAMESPACE = "http://admin.spark.analytics.carbon.wso2.org";
    private static final QName NIL = new QName("http://www.w3.org/2001/XMLSchema-instance", "nil");

    /** Columns and rows of one query; a null value is null. */
    static final class Result {

        final List<String> columns;
        final List<List<String>> rows;

        Result(List<String> columns, List<List<String>> rows) {
            this.columns = columns;
            this.rows = rows;
        }
    }

    private final BackEnd backEnd;
    private final OMFactory factory = OMAbstractFactory.getOMFactory();
    private final OMNamespace namespace = factory.createOMNamespace(NAMESPACE, "spark");

    ProcessorClient(BackEnd backEnd) {
        this.backEnd = backEnd;
    }

    Result executeQuery(String query) throws AxisFault {
        OMElement request = factory.createOMElement("executeQuery", namespace);
        OMElement parameter = factory.createOMElement("query", namespace);
        parameter.setText(query);
        request.addChild(parameter);
        List<String> columns = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        for (OMElement result : children(backEnd.call("executeQuery", request), "return")) {
            for (OMElement column : children(result, "columnNames")) {
                columns.add(column.getText());
            }
            for (OMElement row : children(result, "rowsResults")) {
                rows.add(valuesOf(row));
            }
        }
        return new Result(columns, rows);
    }

    boolean isAnalyticsExecutionEnabled() throws AxisFault {
        String operation = "isAnalyticsExecutionEnabled";
        OMElement response = backEnd.call(operation, factory.createOMElement(operation, namespace));
        List<OMElement> found = children(response, "return");
        return !found.isEmpty() && Boolean.parseBoolean(found.get(0).getText().trim());
    }

    private static List<String> valuesOf(OMElement row) {
        List<String> values = new ArrayList<>();
        for (Iterator<?> each = row.getChildElements(); each.hasNext();) {
            OMElement value = (OMElement) each.next();
            if ("columnValues".equals(value.getLocalName())) {
                values.add(isNil(value) ? null : value.getText());
            }
        }
        return values;
    }

    /** Child elements of a name in any namespace; an empty array may come as one nil element, which is left out. */
    private static List<OMElement> children(OMElement parent, String name) {
        List<OMElement> found = new ArrayList<>();
        for (Iterator<?> each = parent.getChildElements(); each.hasNext();) {
            OMElement child = (OMElement) each.next();
            if (name.equals(child.getLocalName()) && !isNil(child)) {
                found.add(child);
            }
        }
        return found;
    }

    private static boolean isNil(OMElement element) {
        String value = element.getAttributeValue(NIL);
        return "true".equals(value) || "1".equals(value);
    }

    /** The text of a fault: the message of the service's own exception, else the fault's reason. */
    static String reasonOf(AxisFault fault) {
        String message = fault.getDetail() == null ? null : messageBelow(fault.getDetail());
        return message != null ? message : fault.getMessage();
    }

    private static String messageBelow(OMElement element) {
        if ("message".equals(element.getLocalName()) && !isNil(element)) {
            return element.getText();
        }
        for (Iterator<?> each = element.getChildElements(); each.hasNext();) {
            String message = messageBelow((OMElement) each.next());
            if (message != null) {
                return message;
            }
        }
        return null;
    }
}

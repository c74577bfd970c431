package das.conformance.lab.sparkui;

import java.util.Collections;
import java.util.List;
import java.util.Locale;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import org.apache.axis2.AxisFault;
import org.apache.commons.lang.StringEscapeUtils;

/** One line of the console as the JSON text that its page reads. */
final class ConsoleQuery {

    private final ProcessorClient processor;

    ConsoleQuery(ProcessorClient processor) {
        this.processor = processor;
    }

    /** Run the text, HTML-escaped or not; a refused or failing query is an answer too. */
    String answer(String text) {
        String query = StringEscapeUtils.unescapeHtml(text);
        try {
            ProcessorClient.Result result = processor.executeQuery(query);
            boolean insert = query.trim().toLowerCase(Locale.ROOT).startsWith("insert");
            List<String> columns = insert ? Collections.<String>emptyList() : result.columns;
            return json(200, "EXECUTED QUERY : " + query, columns, result.rows);
        } catch (AxisFault fault) {
            List<List<String>> reason = Collections.singletonList(
                    Collections.singletonList(ProcessorClient.reasonOf(fault)));
            return json(400, "ERROR EXECUTING QUERY : " + query, Collections.singletonList("ERROR"), reason);
        }
    }

    private static String json(int code, String message, List<String> columns, List<List<String>> rows) {
        JsonObject meta = new JsonObject();
        meta.addProperty("code", code);
        meta.addProperty("responseMessage", message);
        meta.add("columns", texts(columns));
        JsonArray items = new JsonArray();
        for (List<String> row : rows) {
            items.add(texts(row));
        }
        JsonObject response = new JsonObject();
        response.add("items", items);
        JsonObject whole = new JsonObject();
        whole.add("meta", meta);
        whole.add("response", response);
        return whole.toString();
    }

    private static JsonArray texts(List<String> values) {
        JsonArray array = new JsonArray();
        for (String value : values) {
            array.add(new JsonPrimitive(value == null ? "NULL" : value));
        }
        return array;
    }
}

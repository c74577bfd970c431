package das.conformance.client;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.wso2.carbon.databridge.agent.AgentHolder;
import org.wso2.carbon.databridge.agent.DataPublisher;

/**
 * Sends events of one stream through the vendor's own client.
 *
 * <p>Arguments: configuration file of the client, receiver URLs, id of the stream, user. Standard input: the password,
 * the types of the payload's attributes, then one event a line; all separated by tabs. Ends when all were handed over.
 */
public final class VendorClient {

    private VendorClient() {
    }

    public static void main(String[] arguments) throws Exception {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String password = input.readLine();
        String[] types = input.readLine().split("\t");
        List<Object[]> events = new ArrayList<>();
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            events.add(payload(types, line.split("\t", -1)));
        }
        AgentHolder.setConfigPath(arguments[0]);
        DataPublisher publisher = new DataPublisher("Thrift", arguments[1], null, arguments[3], password);
        long begun = System.nanoTime();
        for (Object[] event : events) {
            publisher.publish(arguments[2], System.currentTimeMillis(), null, null, event);
        }
        publisher.shutdown();
        System.out.println("published " + events.size() + " in " + (System.nanoTime() - begun) / 1000000 + " ms");
        // Threads of the client's pools would keep the process.
        System.exit(0);
    }

    private static Object[] payload(String[] types, String[] texts) {
        Object[] values = new Object[types.length];
        for (int index = 0; index < types.length; index++) {
            values[index] = value(types[index], texts[index]);
        }
        return values;
    }

    private static Object value(String type, String text) {
        switch (type) {
            case "INT":
                return Integer.valueOf(text);
            case "LONG":
                return Long.valueOf(text);
            case "FLOAT":
                return Float.valueOf(text);
            case "DOUBLE":
                return Double.valueOf(text);
            case "BOOL":
                return Boolean.valueOf(text);
            default:
                return text;
        }
    }
}

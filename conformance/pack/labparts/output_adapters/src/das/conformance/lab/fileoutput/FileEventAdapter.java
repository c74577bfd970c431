package das.conformance.lab.fileoutput;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

import org.wso2.carbon.event.output.adapter.core.OutputEventAdapter;
import org.wso2.carbon.event.output.adapter.core.exception.ConnectionUnavailableException;
import org.wso2.carbon.event.output.adapter.core.exception.OutputEventAdapterException;

/** Appends each event as one line to a file below the server's home; a line is written whole, or not at all. */
class FileEventAdapter implements OutputEventAdapter {

    static final String PATH = "path";

    private final String publisher;
    private final Map<String, String> properties;
    private final Path home;
    private Path file;
    private OutputStream lines;

    FileEventAdapter(String publisher, Map<String, String> properties, Path home) {
        this.publisher = publisher;
        this.properties = properties;
        this.home = home.toAbsolutePath().normalize();
    }

    @Override
    public void init() throws OutputEventAdapterException {
        String text = properties == null ? null : properties.get(PATH);
        if (text == null || text.trim().isEmpty()) {
            throw new OutputEventAdapterException("Publisher " + publisher + ": property " + PATH + " is missing");
        }
        try {
            file = home.resolve(text.trim()).normalize();
        } catch (InvalidPathException problem) {
            throw new OutputEventAdapterException("Publisher " + publisher + ": no path: " + text, problem);
        }
        if (!file.startsWith(home) || file.equals(home)) {
            throw new OutputEventAdapterException("Publisher " + publisher + ": " + text + " is not below the home");
        }
    }

    @Override
    public void testConnect() {
        connect();
        disconnect();
    }

    @Override
    public synchronized void connect() {
        disconnect();
        try {
            Files.createDirectories(file.getParent());
            lines = new FileOutputStream(file.toFile(), true);
        } catch (IOException problem) {
            throw unavailable(problem);
        }
    }

    @Override
    public synchronized void publish(Object message, Map<String, String> dynamicProperties) {
        if (lines == null) {
            connect();
        }
        String line = String.valueOf(message).replace("\r", "").replace("\n", " ") + "\n";
        try {
            // A file stream has no buffer: one write, one line, there for a reader at once.
            lines.write(line.getBytes(StandardCharsets.UTF_8));
        } catch (IOException problem) {
            throw unavailable(problem);
        }
    }

    private ConnectionUnavailableException unavailable(IOException problem) {
        return new ConnectionUnavailableException(
                "Publisher " + publisher + " cannot write " + file + ": " + problem.getMessage(), problem);
    }

    @Override
    public synchronized void disconnect() {
        try {
            if (lines != null) {
                lines.close();
            }
        } catch (IOException problem) {
            throw unavailable(problem);
        } finally {
            lines = null;
        }
    }

    @Override
    public void destroy() {
        disconnect();
    }

    @Override
    public boolean isPolled() {
        return false;
    }
}

package das.conformance.lab.fileoutput;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.stream.Stream;

import org.wso2.carbon.event.output.adapter.core.exception.ConnectionUnavailableException;
import org.wso2.carbon.event.output.adapter.core.exception.OutputEventAdapterException;
import testkit.Expect;

/** One line an event, there at once, appended over restarts; paths outside of the home are refused. */
public final class FileEventAdapterTest {

    private final Path home;

    private FileEventAdapterTest(Path home) {
        this.home = home;
    }

    public static void main(String[] arguments) throws Exception {
        Path scratch = Files.createTempDirectory("fileoutput");
        try {
            FileEventAdapterTest test = new FileEventAdapterTest(scratch);
            test.eachEventIsALineAtOnce();
            test.aFileThatCannotBeOpenedIsNamed();
            test.pathsOutsideTheHomeAreRefused();
        } finally {
            try (Stream<Path> paths = Files.walk(scratch)) {
                paths.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            }
        }
    }

    private FileEventAdapter adapter(String path) throws Exception {
        FileEventAdapter adapter = new FileEventAdapter("trace", Collections.singletonMap("path", path), home);
        adapter.init();
        return adapter;
    }

    private String content(String path) throws IOException {
        return new String(Files.readAllBytes(home.resolve(path)), StandardCharsets.UTF_8);
    }

    private void eachEventIsALineAtOnce() throws Exception {
        FileEventAdapter adapter = adapter("repository/logs/trace.jsonl");
        adapter.publish("{\"a\":\n 1}", null);
        adapter.publish("Zo\u00eb", null);
        Expect.equal("{\"a\":  1}\nZo\u00eb\n", content("repository/logs/trace.jsonl"), "lines before closing");
        adapter.destroy();
        FileEventAdapter again = adapter("repository/logs/trace.jsonl");
        again.testConnect();
        again.publish(null, null);
        again.destroy();
        Expect.equal("{\"a\":  1}\nZo\u00eb\nnull\n", content("repository/logs/trace.jsonl"), "lines after a restart");
    }

    private void aFileThatCannotBeOpenedIsNamed() throws Exception {
        Files.createDirectories(home.resolve("folder"));
        FileEventAdapter adapter = adapter("folder");
        Exception problem = Expect.fails(ConnectionUnavailableException.class,
                () -> adapter.publish("x", null), "a folder in the file's place");
        Expect.that(problem.getMessage().contains("folder"), "message: " + problem.getMessage());
    }

    private void pathsOutsideTheHomeAreRefused() {
        for (String path : new String[] {"../out", "/etc/out", "a/../../out", ".", "", " ", "a\0b"}) {
            Expect.fails(OutputEventAdapterException.class, () -> adapter(path), "path <" + path + ">");
        }
        Expect.fails(OutputEventAdapterException.class,
                () -> new FileEventAdapter("trace", null, home).init(), "no properties");
    }
}

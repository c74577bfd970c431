package das.conformance.lab.fileoutput;

import java.nio.file.Paths;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import org.wso2.carbon.event.output.adapter.core.MessageType;
import org.wso2.carbon.event.output.adapter.core.OutputEventAdapter;
import org.wso2.carbon.event.output.adapter.core.OutputEventAdapterConfiguration;
import org.wso2.carbon.event.output.adapter.core.OutputEventAdapterFactory;
import org.wso2.carbon.event.output.adapter.core.Property;

/** Makes the adapters of type lab-file. */
public class FileEventAdapterFactory extends OutputEventAdapterFactory {

    @Override
    public String getType() {
        return "lab-file";
    }

    @Override
    public List<String> getSupportedMessageFormats() {
        return Arrays.asList(MessageType.TEXT, MessageType.XML, MessageType.JSON);
    }

    @Override
    public List<Property> getStaticPropertyList() {
        Property path = new Property(FileEventAdapter.PATH);
        path.setDisplayName("File, relative to the server's home");
        path.setRequired(true);
        return Collections.singletonList(path);
    }

    @Override
    public List<Property> getDynamicPropertyList() {
        return Collections.emptyList();
    }

    @Override
    public String getUsageTips() {
        return "Each event becomes one line of the file";
    }

    @Override
    public OutputEventAdapter createEventAdapter(OutputEventAdapterConfiguration publisher,
            Map<String, String> global) {
        return new FileEventAdapter(publisher.getName(), publisher.getStaticProperties(),
                Paths.get(System.getProperty("carbon.home", ".")));
    }
}

package org.wso2.carbon.analytics.spark.admin;

import java.util.ArrayList;
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.wso2.carbon.analytics.datasource.commons.exception.AnalyticsException;
import org.wso2.carbon.analytics.spark.admin.dto.AnalyticsQueryResultDto;
import org.wso2.carbon.analytics.spark.admin.dto.AnalyticsScriptDto;
import org.wso2.carbon.analytics.spark.admin.internal.Processor;
import org.wso2.carbon.analytics.spark.admin.internal.Results;
import org.wso2.carbon.analytics.spark.core.exception.AnalyticsExecutionException;
import org.wso2.carbon.analytics.spark.core.util.AnalyticsQueryResult;
import org.wso2.carbon.analytics.spark.core.util.AnalyticsScript;
import org.wso2.carbon.context.CarbonContext;

/**
 * The SOAP service; each public method is an operation of it.
 *
 * <p>No lambda in this class: axis2 reads parameter names from its byte code and gives up at constants that only they
 * need, after which the parameters would be called param0, param1 and so on.
 */
public class AnalyticsProcessorAdminService {

    private static final Log LOG = LogFactory.getLog(AnalyticsProcessorAdminService.class);

    public AnalyticsQueryResultDto executeQuery(String query) throws AnalyticsProcessorAdminException {
        try {
            return Results.of(query, Processor.get().executeQuery(tenant(), query));
        } catch (AnalyticsExecutionException problem) {
            throw logged("Error while executing query : " + query, problem);
        }
    }

    /** Run the statements of a script in order; the first that fails ends it. */
    public AnalyticsQueryResultDto[] execute(String scriptContent) throws AnalyticsProcessorAdminException {
        String[] queries = Processor.get().getQueries(scriptContent);
        if (queries == null || queries.length == 0) {
            throw new AnalyticsProcessorAdminException("No queries to execute in the script content.");
        }
        List<AnalyticsQueryResultDto> results = new ArrayList<AnalyticsQueryResultDto>();
        for (String query : queries) {
            if (!query.trim().isEmpty()) {
                results.add(executeQuery(query));
            }
        }
        return results.toArray(new AnalyticsQueryResultDto[0]);
    }

    public AnalyticsQueryResultDto[] executeScript(String scriptName) throws AnalyticsProcessorAdminException {
        try {
            AnalyticsScript script = Processor.get().getScript(tenant(), scriptName);
            String[] queries = Processor.get().getQueries(script.getScriptContent());
            AnalyticsQueryResult[] found = Processor.get().executeScript(tenant(), scriptName);
            AnalyticsQueryResultDto[] results = new AnalyticsQueryResultDto[found.length];
            for (int index = 0; index < found.length; index++) {
                results[index] = Results.of(index < queries.length ? queries[index] : "", found[index]);
            }
            return results;
        } catch (AnalyticsException problem) {
            throw logged("Error while executing the script : " + scriptName, problem);
        }
    }

    public void saveScript(String scriptName, String scriptContent, String cronExpression)
            throws AnalyticsProcessorAdminException {
        try {
            Processor.get().saveScript(tenant(), scriptName, scriptContent, cronExpression);
        } catch (AnalyticsException problem) {
            throw logged("Error while saving the script : " + scriptName, problem);
        }
    }

    public void deleteScript(String scriptName) throws AnalyticsProcessorAdminException {
        try {
            Processor.get().deleteScript(tenant(), scriptName);
        } catch (AnalyticsException problem) {
            throw logged("Error while deleting the script : " + scriptName, problem);
        }
    }

    public AnalyticsScriptDto getScript(String name) throws AnalyticsProcessorAdminException {
        try {
            return Results.of(Processor.get().getScript(tenant(), name));
        } catch (AnalyticsException problem) {
            throw logged("Error while reading the script : " + name, problem);
        }
    }

    public AnalyticsScriptDto[] getAllScripts() throws AnalyticsProcessorAdminException {
        try {
            List<AnalyticsScript> scripts = Processor.get().getAllScripts(tenant());
            AnalyticsScriptDto[] results = new AnalyticsScriptDto[scripts.size()];
            for (int index = 0; index < results.length; index++) {
                results[index] = Results.of(scripts.get(index));
            }
            return results;
        } catch (AnalyticsException problem) {
            throw logged("Error while listing the scripts", problem);
        }
    }

    public boolean isAnalyticsExecutionEnabled() {
        return Processor.get().isAnalyticsExecutionEnabled();
    }

    private static int tenant() {
        return CarbonContext.getThreadLocalCarbonContext().getTenantId();
    }

    private static AnalyticsProcessorAdminException logged(String what, AnalyticsException problem) {
        LOG.error(what, problem);
        return new AnalyticsProcessorAdminException(problem.getMessage());
    }
}

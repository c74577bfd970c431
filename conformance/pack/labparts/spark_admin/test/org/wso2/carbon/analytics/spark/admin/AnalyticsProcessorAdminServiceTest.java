package org.wso2.carbon.analytics.spark.admin;

import java.io.File;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

import org.apache.axis2.description.java2wsdl.bytecode.ParamReader;
import org.wso2.carbon.analytics.spark.admin.dto.AnalyticsQueryResultDto;
import org.wso2.carbon.analytics.spark.admin.dto.AnalyticsScriptDto;
import org.wso2.carbon.analytics.spark.admin.internal.Processor;
import org.wso2.carbon.analytics.spark.core.AnalyticsProcessorService;
import org.wso2.carbon.analytics.spark.core.exception.AnalyticsExecutionException;
import org.wso2.carbon.analytics.spark.core.exception.AnalyticsPersistenceException;
import org.wso2.carbon.analytics.spark.core.util.AnalyticsQueryResult;
import org.wso2.carbon.analytics.spark.core.util.AnalyticsScript;
import org.wso2.carbon.context.PrivilegedCarbonContext;
import testkit.Expect;
import testkit.Fake;

/** Each operation reaches the processor service with the caller's tenant; failures show their outer text only. */
public final class AnalyticsProcessorAdminServiceTest {

    private static final int TENANT = -1234;

    private final Fake<AnalyticsProcessorService> processor = new Fake<>(AnalyticsProcessorService.class);
    private final AnalyticsProcessorAdminService service = new AnalyticsProcessorAdminService();

    private AnalyticsProcessorAdminServiceTest() {
        Processor.use(processor.object);
    }

    public static void main(String[] arguments) throws Exception {
        File home = Files.createTempDirectory("home").toFile();
        home.deleteOnExit();
        System.setProperty("carbon.home", home.getPath());
        PrivilegedCarbonContext.getThreadLocalCarbonContext().setTenantId(TENANT);
        new AnalyticsProcessorAdminServiceTest().aQueryGivesColumnsAndTexts();
        new AnalyticsProcessorAdminServiceTest().anEmptyResultGivesEmptyArrays();
        new AnalyticsProcessorAdminServiceTest().aFailingQueryShowsTheOuterText();
        new AnalyticsProcessorAdminServiceTest().aScriptStopsAtTheFirstFailure();
        new AnalyticsProcessorAdminServiceTest().anEmptyScriptIsRefused();
        new AnalyticsProcessorAdminServiceTest().storedScriptsAreKeptAndRun();
        new AnalyticsProcessorAdminServiceTest().failuresOfTheStoreAreShown();
        new AnalyticsProcessorAdminServiceTest().aMissingProcessorIsNamed();
        new AnalyticsProcessorAdminServiceTest().axis2SeesTheNamesOfTheParameters();
    }

    private static AnalyticsQueryResult result(Object... values) {
        return new AnalyticsQueryResult(new String[] {"a", "b"}, Collections.singletonList(Arrays.asList(values)));
    }

    private void aQueryGivesColumnsAndTexts() throws Exception {
        processor.returns("executeQuery", result(7L, null));
        AnalyticsQueryResultDto found = service.executeQuery("SELECT a, b FROM t");
        Expect.equal("[a, b]", Arrays.toString(found.getColumnNames()), "columns");
        Expect.equal("[7, null]", Arrays.toString(found.getRowsResults()[0].getColumnValues()), "values");
        Expect.equal("SELECT a, b FROM t", found.getQuery(), "query");
        Expect.equal(TENANT, processor.calls("executeQuery").get(0)[0], "tenant");
    }

    private void anEmptyResultGivesEmptyArrays() throws Exception {
        processor.returns("executeQuery", new AnalyticsQueryResult(null, null));
        Expect.equal(0, service.executeQuery("CREATE x").getRowsResults().length, "rows");
        Expect.equal(0, service.executeQuery("CREATE x").getColumnNames().length, "columns");
        processor.returns("executeQuery", null);
        Expect.equal(0, service.executeQuery("CREATE x").getColumnNames().length, "columns of no result");
    }

    private void aFailingQueryShowsTheOuterText() {
        processor.on("executeQuery", given -> {
            throw new AnalyticsExecutionException("Exception in executing query x", new Exception("Table not found"));
        });
        Exception problem = Expect.fails(AnalyticsProcessorAdminException.class,
                () -> service.executeQuery("x"), "query");
        Expect.equal("Exception in executing query x", problem.getMessage(), "message");
        Expect.equal(null, problem.getCause(), "cause");
    }

    private void aScriptStopsAtTheFirstFailure() throws Exception {
        processor.returns("getQueries", new String[] {"one", " ", "two", "three"});
        processor.on("executeQuery", given -> {
            if ("two".equals(given[1])) {
                throw new AnalyticsExecutionException("broken");
            }
            return result(1);
        });
        Expect.fails(AnalyticsProcessorAdminException.class, () -> service.execute("one; ;two;three"), "script");
        Expect.equal(2, processor.calls("executeQuery").size(), "statements tried");
        processor.returns("executeQuery", result(1));
        Expect.equal(3, service.execute("one; ;two;three").length, "results");
    }

    private void anEmptyScriptIsRefused() {
        processor.returns("getQueries", null);
        Expect.fails(AnalyticsProcessorAdminException.class, () -> service.execute(""), "an empty script");
    }

    private void storedScriptsAreKeptAndRun() throws Exception {
        AnalyticsScript script = new AnalyticsScript("daily");
        script.setScriptContent("one;two");
        processor.returns("getScript", script).returns("getQueries", new String[] {"one"})
                .returns("getAllScripts", Collections.singletonList(script))
                .returns("executeScript", new AnalyticsQueryResult[] {result(1), result(2)});
        service.saveScript("daily", "one;two", null);
        Expect.equal("[-1234, daily, one;two, null]", Arrays.toString(processor.calls("saveScript").get(0)), "saved");
        AnalyticsQueryResultDto[] results = service.executeScript("daily");
        Expect.equal("one", results[0].getQuery(), "query of the first result");
        Expect.equal("", results[1].getQuery(), "query of a result without one");
        AnalyticsScriptDto[] all = service.getAllScripts();
        Expect.equal("daily", all[0].getName(), "name");
        Expect.equal("one;two", service.getScript("daily").getScriptContent(), "content");
        service.deleteScript("daily");
        Expect.equal("[-1234, daily]", Arrays.toString(processor.calls("deleteScript").get(0)), "deleted");
    }

    private void failuresOfTheStoreAreShown() {
        for (String method : Arrays.asList("getScript", "getAllScripts", "saveScript", "deleteScript")) {
            processor.on(method, given -> {
                throw new AnalyticsPersistenceException("registry gone");
            });
        }
        List<Expect.Step> steps = Arrays.asList(() -> service.getScript("x"), () -> service.getAllScripts(),
                () -> service.saveScript("x", "y", null), () -> service.deleteScript("x"),
                () -> service.executeScript("x"));
        for (Expect.Step step : steps) {
            Exception problem = Expect.fails(AnalyticsProcessorAdminException.class, step, "a failing store");
            Expect.equal("registry gone", problem.getMessage(), "message");
        }
    }

    private void aMissingProcessorIsNamed() {
        Processor.use(null);
        Exception problem = Expect.fails(IllegalStateException.class,
                () -> service.isAnalyticsExecutionEnabled(), "no processor");
        Expect.that(problem.getMessage().contains("not available"), "message: " + problem.getMessage());
    }

    private void axis2SeesTheNamesOfTheParameters() throws Exception {
        Method saveScript = AnalyticsProcessorAdminService.class
                .getMethod("saveScript", String.class, String.class, String.class);
        String[] names = new ParamReader(AnalyticsProcessorAdminService.class).getParameterNames(saveScript);
        Expect.equal("[scriptName, scriptContent, cronExpression]", Arrays.toString(names), "names that axis2 reads");
    }
}

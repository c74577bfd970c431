package org.wso2.carbon.analytics.spark.admin.internal;

import java.util.List;

import org.wso2.carbon.analytics.spark.admin.dto.AnalyticsQueryResultDto;
import org.wso2.carbon.analytics.spark.admin.dto.AnalyticsRowResultDto;
import org.wso2.carbon.analytics.spark.admin.dto.AnalyticsScriptDto;
import org.wso2.carbon.analytics.spark.core.util.AnalyticsQueryResult;
import org.wso2.carbon.analytics.spark.core.util.AnalyticsScript;

/** What the processor service gives, as texts that SOAP can carry. */
public final class Results {

    private Results() {
    }

    public static AnalyticsQueryResultDto of(String query, AnalyticsQueryResult result) {
        AnalyticsQueryResultDto dto = new AnalyticsQueryResultDto();
        dto.setQuery(query);
        String[] columns = result == null ? null : result.getColumns();
        dto.setColumnNames(columns == null ? new String[0] : columns);
        dto.setRowsResults(rows(result == null ? null : result.getRows()));
        return dto;
    }

    private static AnalyticsRowResultDto[] rows(List<List<Object>> rows) {
        int count = rows == null ? 0 : rows.size();
        AnalyticsRowResultDto[] dtos = new AnalyticsRowResultDto[count];
        for (int index = 0; index < count; index++) {
            dtos[index] = row(rows.get(index));
        }
        return dtos;
    }

    private static AnalyticsRowResultDto row(List<Object> values) {
        String[] texts = new String[values.size()];
        for (int index = 0; index < texts.length; index++) {
            Object value = values.get(index);
            texts[index] = value == null ? null : value.toString();
        }
        AnalyticsRowResultDto dto = new AnalyticsRowResultDto();
        dto.setColumnValues(texts);
        return dto;
    }

    public static AnalyticsScriptDto of(AnalyticsScript script) {
        AnalyticsScriptDto dto = new AnalyticsScriptDto();
        dto.setName(script.getName());
        dto.setScriptContent(script.getScriptContent());
        dto.setCronExpression(script.getCronExpression());
        dto.setEditable(script.isEditable());
        return dto;
    }
}

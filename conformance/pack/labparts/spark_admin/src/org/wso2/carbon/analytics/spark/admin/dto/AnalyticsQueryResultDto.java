package org.wso2.carbon.analytics.spark.admin.dto;

/** The result of one query. */
public class AnalyticsQueryResultDto {

    private String query;
    private String[] columnNames;
    private AnalyticsRowResultDto[] rowsResults;

    public String getQuery() {
        return query;
    }

    public void setQuery(String query) {
        this.query = query;
    }

    public String[] getColumnNames() {
        return columnNames;
    }

    public void setColumnNames(String[] columnNames) {
        this.columnNames = columnNames;
    }

    public AnalyticsRowResultDto[] getRowsResults() {
        return rowsResults;
    }

    public void setRowsResults(AnalyticsRowResultDto[] rowsResults) {
        this.rowsResults = rowsResults;
    }
}

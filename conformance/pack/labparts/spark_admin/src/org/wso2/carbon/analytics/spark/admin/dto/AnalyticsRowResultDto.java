package org.wso2.carbon.analytics.spark.admin.dto;

/** One row of a query's result; a null value stays null. */
public class AnalyticsRowResultDto {

    private String[] columnValues;

    public String[] getColumnValues() {
        return columnValues;
    }

    public void setColumnValues(String[] columnValues) {
        this.columnValues = columnValues;
    }
}

package org.wso2.carbon.analytics.spark.admin;

/** What callers see of a failure: its outer text only, the cause stays in the log of the node. */
public class AnalyticsProcessorAdminException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String message;

    public AnalyticsProcessorAdminException(String message) {
        super(message);
        this.message = message;
    }

    @Override
    public String getMessage() {
        return message;
    }
}

package org.wso2.carbon.analytics.spark.admin.internal;

import org.wso2.carbon.analytics.spark.core.AnalyticsProcessorService;

/** Holds the real processor service for the SOAP service, whose objects axis2 makes. */
public class Processor {

    private static volatile AnalyticsProcessorService service;

    protected void setService(AnalyticsProcessorService processor) {
        use(processor);
    }

    protected void unsetService(AnalyticsProcessorService processor) {
        use(null);
    }

    /** Set the service; null takes it away. */
    public static void use(AnalyticsProcessorService processor) {
        service = processor;
    }

    /** The service; fails while there is none. */
    public static AnalyticsProcessorService get() {
        AnalyticsProcessorService processor = service;
        if (processor == null) {
            throw new IllegalStateException("The analytics processor service is not available in this node");
        }
        return processor;
    }
}

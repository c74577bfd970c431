package das.conformance.lab.wso2eventinput;

import org.wso2.carbon.context.PrivilegedCarbonContext;

/** Which tenant a thread works for. */
interface Tenancy {

    /** The server's own. */
    Tenancy CARBON = new Tenancy() {
        @Override
        public int current() {
            return PrivilegedCarbonContext.getThreadLocalCarbonContext().getTenantId(true);
        }

        @Override
        public void as(int tenant, Runnable step) {
            PrivilegedCarbonContext.startTenantFlow();
            try {
                PrivilegedCarbonContext.getThreadLocalCarbonContext().setTenantId(tenant, true);
                step.run();
            } finally {
                PrivilegedCarbonContext.endTenantFlow();
            }
        }
    };

    int current();

    void as(int tenant, Runnable step);
}

package das.conformance.lab.streamstore;

import java.util.concurrent.Callable;

import org.wso2.carbon.context.PrivilegedCarbonContext;

/** Runs something as a tenant. */
interface TenantFlow {

    /** The server's own: a nested tenant flow of the calling thread. */
    TenantFlow CARBON = new TenantFlow() {
        @Override
        public <T> T as(int tenant, Callable<T> step) throws Exception {
            PrivilegedCarbonContext.startTenantFlow();
            try {
                PrivilegedCarbonContext.getThreadLocalCarbonContext().setTenantId(tenant, true);
                return step.call();
            } finally {
                PrivilegedCarbonContext.endTenantFlow();
            }
        }
    };

    <T> T as(int tenant, Callable<T> step) throws Exception;
}

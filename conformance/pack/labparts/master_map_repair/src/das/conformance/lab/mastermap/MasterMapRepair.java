package das.conformance.lab.mastermap;

import java.util.Map;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.IMap;
import com.hazelcast.core.Member;
import com.hazelcast.core.MemberAttributeEvent;
import com.hazelcast.core.MembershipEvent;
import com.hazelcast.core.MembershipListener;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Puts the present member in place of its former self in the map of Spark masters.
 *
 * <p>A returned node finds its master URL in the map and leaves the entry as it is, so that the entry keeps naming a
 * member that is gone. Only the oldest member acts; doing it twice changes nothing.
 */
public class MasterMapRepair implements MembershipListener {

    static final String MAP = "__SPARK_MASTER_MAP__";

    private static final Log LOG = LogFactory.getLog(MasterMapRepair.class);

    private HazelcastInstance hazelcast;
    private String registration;

    protected void setHazelcast(HazelcastInstance instance) {
        hazelcast = instance;
        registration = instance.getCluster().addMembershipListener(this);
    }

    protected void unsetHazelcast(HazelcastInstance instance) {
        if (hazelcast == instance) {
            hazelcast = null;
            // The clustering agent shuts its instance down first, after which nothing listens any more.
            if (instance.getLifecycleService().isRunning()) {
                instance.getCluster().removeMembershipListener(registration);
            }
        }
    }

    @Override
    public void memberAdded(MembershipEvent event) {
        HazelcastInstance instance = hazelcast;
        if (instance != null && instance.getCluster().getMembers().iterator().next().localMember()) {
            repair(instance.getMap(MAP), event.getMember());
        }
    }

    private static void repair(IMap<String, Member> masters, Member present) {
        for (Map.Entry<String, Member> master : masters.entrySet()) {
            Member former = master.getValue();
            if (former.getAddress().equals(present.getAddress()) && !former.getUuid().equals(present.getUuid())) {
                masters.replace(master.getKey(), present);
                LOG.info("Spark master map: " + master.getKey() + " now names " + present
                        + " instead of its former self " + former.getUuid());
            }
        }
    }

    @Override
    public void memberRemoved(MembershipEvent event) {
        // The product's own code takes care of members that leave.
    }

    @Override
    public void memberAttributeChanged(MemberAttributeEvent event) {
        // Attributes do not matter to the map.
    }
}

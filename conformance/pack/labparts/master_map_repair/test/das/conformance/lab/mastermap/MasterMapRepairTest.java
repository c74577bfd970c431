package das.conformance.lab.mastermap;

import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import com.hazelcast.core.Cluster;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.IMap;
import com.hazelcast.core.LifecycleService;
import com.hazelcast.core.Member;
import com.hazelcast.core.MembershipEvent;
import com.hazelcast.nio.Address;
import testkit.Expect;
import testkit.Fake;

/** A returned member replaces its former self, by the oldest member only, and nothing else is touched. */
public final class MasterMapRepairTest {

    private final Map<String, Member> masters = new TreeMap<>();
    private final Fake<Cluster> cluster = new Fake<>(Cluster.class).returns("addMembershipListener", "registered");
    private final Fake<LifecycleService> lifecycle = new Fake<>(LifecycleService.class).returns("isRunning", true);
    private final HazelcastInstance hazelcast;
    private final MasterMapRepair repair = new MasterMapRepair();

    @SuppressWarnings("rawtypes")
    private MasterMapRepairTest() {
        Fake<IMap> map = new Fake<>(IMap.class);
        map.on("entrySet", none -> new TreeMap<>(masters).entrySet());
        map.on("replace", given -> masters.put((String) given[0], (Member) given[1]));
        hazelcast = new Fake<>(HazelcastInstance.class)
                .returns("getCluster", cluster.object)
                .returns("getLifecycleService", lifecycle.object)
                .on("getMap", given -> MasterMapRepair.MAP.equals(given[0]) ? map.object : null).object;
        repair.setHazelcast(hazelcast);
    }

    public static void main(String[] arguments) throws Exception {
        new MasterMapRepairTest().aReturnedMemberReplacesItsFormerSelf();
        new MasterMapRepairTest().onlyTheOldestMemberActs();
        new MasterMapRepairTest().anUnknownMemberChangesNothing();
        new MasterMapRepairTest().nothingIsDoneWithoutHazelcast();
        new MasterMapRepairTest().aStoppedInstanceIsLeftAlone();
    }

    private static Member member(String host, String uuid, boolean local) throws UnknownHostException {
        return new Fake<>(Member.class).returns("getAddress", new Address("127.0.0.1", host.hashCode() & 0x7fff))
                .returns("getUuid", uuid).returns("localMember", local).object;
    }

    private void joined(Member present, Member... all) {
        Set<Member> members = new LinkedHashSet<>(Arrays.asList(all));
        cluster.returns("getMembers", members);
        repair.memberAdded(new MembershipEvent(cluster.object, present, MembershipEvent.MEMBER_ADDED, members));
    }

    private void aReturnedMemberReplacesItsFormerSelf() throws Exception {
        Member stayed = member("n1", "a", true);
        Member returned = member("n2", "c", false);
        masters.put("spark://n1:7077", stayed);
        masters.put("spark://n2:7077", member("n2", "b", false));
        joined(returned, stayed, returned);
        Expect.that(masters.get("spark://n2:7077") == returned, "the returned member is in the map");
        Expect.that(masters.get("spark://n1:7077") == stayed, "the other entry is untouched");
        Member sameAgain = member("n2", "c", false);
        joined(sameAgain, stayed, sameAgain);
        Expect.that(masters.get("spark://n2:7077") == returned, "an up-to-date entry is untouched");
    }

    private void onlyTheOldestMemberActs() throws Exception {
        Member former = member("n2", "b", false);
        Member returned = member("n2", "c", true);
        masters.put("spark://n2:7077", former);
        joined(returned, member("n1", "a", false), returned);
        Expect.that(masters.get("spark://n2:7077") == former, "a younger member changes nothing");
    }

    private void anUnknownMemberChangesNothing() throws Exception {
        Member local = member("n1", "a", true);
        masters.put("spark://n1:7077", local);
        joined(member("n3", "d", false), local);
        Expect.equal("[spark://n1:7077]", masters.keySet().toString(), "no entry is added");
        Expect.that(masters.get("spark://n1:7077") == local, "the entry of another address is untouched");
    }

    private void nothingIsDoneWithoutHazelcast() throws Exception {
        Member former = member("n2", "b", false);
        masters.put("spark://n2:7077", former);
        repair.unsetHazelcast(hazelcast);
        joined(member("n2", "c", false), member("n1", "a", true));
        Expect.that(masters.get("spark://n2:7077") == former, "an unset instance is not used");
        Expect.equal("registered", cluster.calls("removeMembershipListener").get(0)[0], "listener removed");
    }

    private void aStoppedInstanceIsLeftAlone() {
        lifecycle.returns("isRunning", false);
        repair.unsetHazelcast(hazelcast);
        Expect.equal(0, cluster.calls("removeMembershipListener").size(), "calls into a stopped instance");
    }
}

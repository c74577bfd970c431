package org.wso2.carbon.um.ws.service;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;

import org.apache.axis2.description.java2wsdl.bytecode.ParamReader;
import org.wso2.carbon.um.ws.service.internal.Users;
import org.wso2.carbon.user.core.UserRealm;
import org.wso2.carbon.user.core.UserStoreException;
import org.wso2.carbon.user.core.UserStoreManager;
import org.wso2.carbon.user.core.service.RealmService;
import org.wso2.carbon.user.mgt.common.ClaimValue;
import testkit.Expect;
import testkit.Fake;

/** Each operation reaches the user store of the super tenant; absent arrays and failures come out plainly. */
public final class RemoteUserStoreManagerServiceTest {

    private final Fake<UserStoreManager> store = new Fake<>(UserStoreManager.class);
    private final RemoteUserStoreManagerService service = new RemoteUserStoreManagerService();

    private RemoteUserStoreManagerServiceTest() {
        UserRealm realm = new Fake<>(UserRealm.class).returns("getUserStoreManager", store.object).object;
        Users.use(new Fake<>(RealmService.class).returns("getBootstrapRealm", realm).object);
    }

    public static void main(String[] arguments) throws Exception {
        new RemoteUserStoreManagerServiceTest().aUserIsAddedWithRolesAndClaims();
        new RemoteUserStoreManagerServiceTest().nilArraysAreEmpty();
        new RemoteUserStoreManagerServiceTest().usersAreFoundAndRemoved();
        new RemoteUserStoreManagerServiceTest().wrongCredentialsAreFalse();
        new RemoteUserStoreManagerServiceTest().failuresOfTheStoreComeOut();
        new RemoteUserStoreManagerServiceTest().axis2SeesTheNamesOfTheParameters();
    }

    private static ClaimValue claim(String uri, String value) {
        ClaimValue claim = new ClaimValue();
        claim.setClaimURI(uri);
        claim.setValue(value);
        return claim;
    }

    private void aUserIsAddedWithRolesAndClaims() throws Exception {
        ClaimValue[] claims = {claim("http://wso2.org/claims/givenname", "Jo"), null, claim(null, "lost")};
        service.addUser("jo", "secret", new String[] {"admin"}, claims, "default", false);
        Object[] given = store.calls("addUser").get(0);
        Expect.equal("jo", given[0], "name");
        Expect.equal("secret", given[1], "credential");
        Expect.equal("[admin]", Arrays.toString((String[]) given[2]), "roles");
        Expect.equal("{http://wso2.org/claims/givenname=Jo}", given[3].toString(), "claims");
        Expect.equal("default", given[4], "profile");
        Expect.equal(false, given[5], "password change");
    }

    private void nilArraysAreEmpty() throws Exception {
        service.addUser("jo", "secret", new String[] {null}, null, null, false);
        service.addUser("jo", "secret", null, new ClaimValue[] {null}, null, false);
        for (Object[] given : store.calls("addUser")) {
            Expect.equal(0, ((String[]) given[2]).length, "roles");
            Expect.that(((Map<?, ?>) given[3]).isEmpty(), "claims");
        }
    }

    private void usersAreFoundAndRemoved() throws Exception {
        store.returns("isExistingUser", true).returns("listUsers", new String[] {"admin", "jo"})
                .returns("getRoleListOfUser", new String[] {"admin"});
        Expect.that(service.isExistingUser("jo"), "exists");
        Expect.equal("[admin, jo]", Arrays.toString(service.listUsers("*", 100)), "users");
        Expect.equal(100, store.calls("listUsers").get(0)[1], "limit");
        Expect.equal("[admin]", Arrays.toString(service.getRoleListOfUser("jo")), "roles");
        service.deleteUser("jo");
        Expect.equal("jo", store.calls("deleteUser").get(0)[0], "deleted");
    }

    private void wrongCredentialsAreFalse() throws Exception {
        store.on("authenticate", given -> "secret".equals(given[1]));
        Expect.that(service.authenticate("jo", "secret"), "right credentials");
        Expect.that(!service.authenticate("jo", "wrong"), "wrong credentials");
    }

    private void failuresOfTheStoreComeOut() {
        store.on("addUser", given -> {
            throw new UserStoreException("UserAlreadyExisting");
        });
        Exception problem = Expect.fails(UserStoreException.class,
                () -> service.addUser("jo", "secret", null, null, null, false), "an existing user");
        Expect.equal("UserAlreadyExisting", problem.getMessage(), "message");
        Users.use(null);
        Expect.fails(UserStoreException.class, () -> service.isExistingUser("jo"), "no realm service");
    }

    private void axis2SeesTheNamesOfTheParameters() throws Exception {
        Method addUser = RemoteUserStoreManagerService.class.getMethod("addUser", String.class, String.class,
                String[].class, ClaimValue[].class, String.class, boolean.class);
        String[] names = new ParamReader(RemoteUserStoreManagerService.class).getParameterNames(addUser);
        Expect.equal("[userName, credential, roleList, claims, profileName, requirePasswordChange]",
                Arrays.toString(names), "names that axis2 reads");
    }
}

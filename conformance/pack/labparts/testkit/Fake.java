package testkit;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A stand-in for any interface: answers by method name, and remembers what was called with what. */
public final class Fake<T> implements InvocationHandler {

    /** What a faked method does. */
    public interface Answer {
        Object to(Object[] arguments) throws Exception;
    }

    public final T object;
    private final Map<String, Answer> answers = new HashMap<>();
    private final Map<String, List<Object[]>> calls = new HashMap<>();

    public Fake(Class<T> type) {
        object = type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, this));
    }

    public Fake<T> on(String method, Answer answer) {
        answers.put(method, answer);
        return this;
    }

    public Fake<T> returns(String method, Object value) {
        return on(method, arguments -> value);
    }

    /** The arguments of each call of a method, in order. */
    public List<Object[]> calls(String method) {
        return calls.getOrDefault(method, new ArrayList<>());
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            return objectMethod(proxy, method.getName(), arguments);
        }
        calls.computeIfAbsent(method.getName(), name -> new ArrayList<>()).add(arguments);
        Answer answer = answers.get(method.getName());
        return answer == null ? nothing(method.getReturnType()) : answer.to(arguments);
    }

    private Object objectMethod(Object proxy, String name, Object[] arguments) {
        switch (name) {
            case "equals":
                return proxy == arguments[0];
            case "hashCode":
                return System.identityHashCode(proxy);
            default:
                return "fake " + proxy.getClass().getInterfaces()[0].getSimpleName();
        }
    }

    private static Object nothing(Class<?> type) {
        if (type == boolean.class) {
            return false;
        }
        if (type == long.class) {
            return 0L;
        }
        return type.isPrimitive() && type != void.class ? (Object) 0 : null;
    }
}

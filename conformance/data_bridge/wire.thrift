// What goes over the wire to a node's data bridge: numbers and types of fields as the released classes of
// databridge.commons.thrift 5.1.3 declare them, names of methods as the server looks them up. Names of fields are ours:
// they are not sent.

// Events of any streams. Values of all events stand one after another, each in the list of its type: the id of the
// event's stream (text) and its time (64 bits, milliseconds) first, then the attributes as the stream declares them.
struct Bundle {
    1: optional string session;
    2: optional i32 events;
    3: optional list<i32> ints;
    4: optional list<i64> longs;
    5: optional list<double> doubles;
    6: optional list<bool> bools;
    7: optional list<string> texts;
    8: optional map<i32, map<string, string>> more;
}

exception LoginRefused { 1: required string message }
exception SessionExpired { 1: required string message }
exception StreamUnknown { 1: required string message }
exception EventUndefined { 1: required string message }

// The plain port.
service Events {
    string findStreamId(1: string session, 2: string name, 3: string version)
        throws (1: StreamUnknown unknown, 2: SessionExpired expired)
    void publish(1: Bundle bundle) throws (1: EventUndefined undefined, 2: SessionExpired expired)
}

// The TLS port: the login, and the same with it.
service SecureEvents {
    string connect(1: string user, 2: string password) throws (1: LoginRefused refused)
    void disconnect(1: string session)
    string findStreamId(1: string session, 2: string name, 3: string version)
        throws (1: StreamUnknown unknown, 2: SessionExpired expired)
    void publish(1: Bundle bundle) throws (1: EventUndefined undefined, 2: SessionExpired expired)
}

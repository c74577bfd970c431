package das.conformance.lab.sparkui;

import org.apache.axiom.om.OMElement;
import org.apache.axis2.AxisFault;

/** The SOAP service behind the console. */
interface BackEnd {

    /** Call an operation and give its response element. */
    OMElement call(String operation, OMElement request) throws AxisFault;
}

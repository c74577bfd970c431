<%@ page import="das.conformance.lab.sparkui.Console" %>
<% Console.answer(config.getServletContext(), request, response, out); %>

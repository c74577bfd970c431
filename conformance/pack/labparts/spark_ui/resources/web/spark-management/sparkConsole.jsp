<%@ page language="java" contentType="text/html; charset=UTF-8" %>
<%@ page import="das.conformance.lab.sparkui.Console" %>
<link rel="stylesheet" type="text/css" href="../spark-management/css/console.css"/>
<div id="middle">
    <h2>Interactive Analytics Console</h2>
    <div id="workArea">
        <% if (Console.isEnabled(config.getServletContext(), session)) { %>
        <div id="terminal"></div>
        <script type="text/javascript" src="../spark-management/js/console.js"></script>
        <% } else { %>
        <p>Spark query execution is disabled in this node, therefore console is disabled!</p>
        <% } %>
    </div>
</div>

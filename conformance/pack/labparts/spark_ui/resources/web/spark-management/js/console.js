// The terminal of the Interactive Analytics Console: one line in, one table or message out.
(function () {
    "use strict";

    var QUERY_URL = "execute_sparkquery_ajaxprocessor.jsp";
    var TOKEN_URL = "../admin/js/csrfPrevention.js";
    var TOKEN_NAME = "X-CSRF-Token";
    var QUERIES = /^(create\s+temporary\s+table|select|with|insert|incremental_table_(commit|show|reset))\b/i;
    var HELP = "create temporary table, select, with, insert, incremental_table_commit, incremental_table_show, " +
        "incremental_table_reset, about, clear, history, help";

    var terminal = document.getElementById("terminal");
    var output = document.createElement("div");
    var form = document.createElement("form");
    var prompt = document.createElement("label");
    var input = document.createElement("input");
    var entered = [];

    function show(element) {
        output.appendChild(element);
        terminal.scrollTop = terminal.scrollHeight;
    }

    function line(text, style) {
        var element = document.createElement("div");
        element.className = style || "";
        element.textContent = text;
        show(element);
    }

    function table(columns, rows) {
        var element = document.createElement("table");
        [columns].concat(rows).forEach(function (values, index) {
            var row = element.insertRow();
            values.forEach(function (value) {
                var cell = document.createElement(index === 0 ? "th" : "td");
                cell.textContent = value;
                row.appendChild(cell);
            });
        });
        show(element);
    }

    // fetch is used because the page's CSRF script adds its own header to every XMLHttpRequest.
    function token() {
        var options = {method: "POST", credentials: "same-origin", headers: {"FETCH-CSRF-TOKEN": "1"}};
        return fetch(TOKEN_URL, options).then(function (response) {
            return response.text();
        }).then(function (text) {
            return text.slice(text.indexOf(":") + 1).trim();
        });
    }

    function post(query) {
        return token().then(function (value) {
            var headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Requested-With": "XMLHttpRequest"};
            headers[TOKEN_NAME] = value;
            var text = encodeURIComponent(query);
            var body = "query=" + text + "&cmd=" + text;
            return fetch(QUERY_URL, {method: "POST", credentials: "same-origin", headers: headers, body: body});
        }).then(function (response) {
            return response.text().then(function (text) {
                if (!response.ok) {
                    throw new Error("HTTP " + response.status + " " + text.trim());
                }
                return JSON.parse(text);
            });
        });
    }

    function answered(answer) {
        var rows = answer.response.items;
        if (answer.meta.code !== 200) {
            line(answer.meta.responseMessage + "\n" + rows.join("\n"), "failure");
            return;
        }
        line(answer.meta.responseMessage, "note");
        if (answer.meta.columns.length > 0) {
            table(answer.meta.columns, rows);
        }
    }

    function run(text) {
        var command = text.toLowerCase();
        line("> " + text);
        if (command === "clear") {
            output.textContent = "";
        } else if (command === "help") {
            line(HELP, "note");
        } else if (command === "history") {
            line(entered.join("\n"), "note");
        } else if (command === "about") {
            line("Console of the conformance lab; queries run in the Spark of this cluster.", "note");
        } else if (QUERIES.test(text)) {
            input.disabled = true;
            post(text).then(answered).catch(function (problem) {
                line(problem.message, "failure");
            }).then(function () {
                input.disabled = false;
                input.focus();
            });
        } else {
            line("Command Not Found", "failure");
        }
        entered.push(text);
    }

    form.addEventListener("submit", function (event) {
        event.preventDefault();
        var text = input.value.trim();
        input.value = "";
        if (text) {
            run(text);
        }
    });
    prompt.textContent = "SparkSQL>\u00a0";
    prompt.htmlFor = input.id = "terminal-input";
    input.autocomplete = "off";
    form.appendChild(prompt);
    form.appendChild(input);
    terminal.appendChild(output);
    terminal.appendChild(form);
    terminal.addEventListener("click", function () {
        if (window.getSelection().isCollapsed) {
            input.focus();
        }
    });
    input.focus();
}());

// Filters the requirements, on the screen only; without it the page shows all of them.
(function () {
  "use strict";
  var form = document.querySelector(".filter");
  var search = document.getElementById("search");
  var shown = document.getElementById("shown");
  var all = Array.prototype.slice.call(document.querySelectorAll("details.requirement"));

  function checked(name) {
    return Array.prototype.map.call(form.querySelectorAll("input[name=" + name + "]:checked"), function (box) {
      return box.value;
    });
  }

  function apply() {
    var words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    var verdicts = checked("verdict"), levels = checked("level"), count = 0;
    all.forEach(function (one) {
      var text = one.textContent.toLowerCase();
      var holds = verdicts.indexOf(one.dataset.verdict) >= 0 && levels.indexOf(one.dataset.level) >= 0 &&
        words.every(function (word) { return text.indexOf(word) >= 0; });
      one.hidden = !holds;
      count += holds ? 1 : 0;
    });
    Array.prototype.forEach.call(document.querySelectorAll("section.group"), function (group) {
      group.hidden = !group.querySelector("details.requirement:not([hidden])");
    });
    shown.textContent = count + " of " + all.length + " requirements";
  }

  // A link leads to its requirement even if the filter hides it.
  function openTarget() {
    var target = document.getElementById(location.hash.slice(1));
    if (!target || target.tagName !== "DETAILS") {
      return;
    }
    if (target.hidden) {
      form.reset();
      apply();
    }
    target.open = true;
    target.scrollIntoView();
  }

  // Paper shows everything; the style does so already where the browser knows ::details-content.
  var opened = [];
  function open() {
    opened = Array.prototype.slice.call(document.querySelectorAll("details:not([open])"));
    opened.forEach(function (one) { one.open = true; });
  }

  function close() {
    opened.forEach(function (one) { one.open = false; });
    opened = [];
  }

  // What is scrolled sideways must be reached by keyboard, too; on a wide screen nothing is.
  function reach() {
    Array.prototype.forEach.call(document.querySelectorAll("table"), function (table) {
      if (table.scrollWidth > table.clientWidth && getComputedStyle(table).overflowX === "auto") {
        table.tabIndex = 0;
      } else {
        table.removeAttribute("tabindex");
      }
    });
  }

  form.addEventListener("input", apply);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  addEventListener("hashchange", openTarget);
  // A second click on the same link changes no hash.
  document.addEventListener("click", function (event) {
    if (event.target.closest("a[href^='#']")) {
      setTimeout(openTarget);
    }
  });
  addEventListener("beforeprint", open);
  addEventListener("afterprint", close);
  addEventListener("resize", reach);
  document.addEventListener("toggle", reach, true);
  apply();
  openTarget();
  reach();
}());

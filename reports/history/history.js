// Gives each cell of the grids its link when it is pointed at or reached by arrow keys: links for all would be megabytes.
(function () {
  "use strict";

  function linked(cell) {
    var row = cell.parentNode, id = row.querySelector("th a");
    if (cell.tagName !== "TD" || cell.firstElementChild || !id || !row.closest("tbody")) {
      return cell.querySelector("a");
    }
    var column = cell.cellIndex - 1;
    var href = JSON.parse(cell.closest("section").querySelector(".hrefs").textContent)[column];
    var head = cell.closest("table").tHead.rows[1].cells[column + 1].querySelector("a");
    var link = document.createElement("a");
    link.href = href + "#" + id.textContent;
    link.title = id.textContent + " in " + head.title;
    link.tabIndex = -1;
    link.append(cell.firstChild);
    cell.append(link);
    return link;
  }

  function onto(cell) {
    var link = cell && linked(cell);
    if (link) {
      link.focus();
      link.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }

  document.addEventListener("pointerover", function (event) {
    var cell = event.target.closest(".grid td");
    if (cell) {
      linked(cell);
    }
  });

  document.addEventListener("keydown", function (event) {
    var cell = event.target.closest(".grid th, .grid td");
    var steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    var step = steps[event.key];
    if (!cell || !step) {
      return;
    }
    event.preventDefault();
    var rows = cell.closest("table").rows, row = rows[cell.parentNode.rowIndex + step[0]];
    // From the name of a requirement the newest run is next: it is what is seen first.
    var column = cell.cellIndex === 0 && step[1] < 0 ? row && row.cells.length - 1 : cell.cellIndex + step[1];
    onto(row && row.cells[column]);
  });
}());

// Starts the components' own scripts; every page also works without them.
import { initAll } from "../vendor/govuk-frontend.min.js";

initAll();

// A table shown as blocks on a narrow screen stays a table to those who listen: some browsers take
// its meaning from how it is displayed.
const ROLES = {
  "thead, tbody": "rowgroup",
  tr: "row",
  "th[scope=col]": "columnheader",
  "th[scope=row]": "rowheader",
  td: "cell",
};
for (const table of document.querySelectorAll("table.frith-stack")) {
  table.setAttribute("role", "table");
  for (const [parts, role] of Object.entries(ROLES)) {
    for (const part of table.querySelectorAll(parts)) part.setAttribute("role", role);
  }
}

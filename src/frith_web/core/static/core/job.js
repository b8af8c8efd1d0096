// Shows how far a job is while its page is open, and draws the page anew when it has ended.

const place = document.querySelector("[data-job-url]");
const said = document.querySelector("[data-job-said]");
const EVERY = 3000;
if (place) setTimeout(ask, EVERY);

async function ask() {
  if (document.hidden) { setTimeout(ask, EVERY); return; }
  const answer = await fetch(place.dataset.jobUrl, { redirect: "manual" }).catch(() => null);
  if (answer && answer.ok) {
    const held = await answer.json();
    if (held.ended) { window.location.reload(); return; }
    show(held.lines);
  }
  setTimeout(ask, EVERY);
}

function show(lines) {
  let fits = true;
  for (const [name, value] of Object.entries(lines)) {
    const key = [...place.querySelectorAll("dt")].find((one) => one.textContent.trim() === name);
    if (!key) { fits = false; continue; }
    const cell = key.nextElementSibling;
    if (cell.textContent.trim() === value) continue;
    cell.textContent = value;
    if (name === "Now" || name === "State") said.textContent = value;
  }
  if (!fits) window.location.reload();
}

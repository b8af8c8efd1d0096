// Keeps what is being typed, and warns before the session ends: it offers to stay, and loses nothing.

const place = document.querySelector("[data-session-seconds]");
if (place) watch(place);

function watch(place) {
  const warnAt = Number(place.dataset.warnSeconds);
  const dialog = place.querySelector("dialog");
  const words = dialog.querySelector("[data-session-left]");
  const said = dialog.querySelector("[data-session-said]");
  const plain = place.querySelector("[data-session-plain]");
  let endsAt = Date.now() + Number(place.dataset.sessionSeconds) * 1000;
  let final = place.dataset.sessionFinal === "true";
  let asked = 0;

  const left = () => Math.max(0, Math.round((endsAt - Date.now()) / 1000));
  const take = (answer) => {
    if (typeof answer.seconds !== "number") return;
    endsAt = Date.now() + answer.seconds * 1000;
    final = Boolean(answer.final);
  };

  if (plain) plain.hidden = true;
  drafts(place, take);
  setInterval(tick, 1000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) check(); });
  dialog.addEventListener("cancel", (event) => { event.preventDefault(); stay(); });
  dialog.querySelector("[data-session-stay]").addEventListener("click", stay);

  function tick() {
    const now = left();
    if (now > warnAt) { if (dialog.open) dialog.close(); return; }
    if (!dialog.open) { check().then(() => { if (left() <= warnAt) open(); }); return; }
    const text = spoken(now);
    words.textContent = text;
    if (now % 60 === 0 || now === 30 || now === 10) said.textContent = text;
    if (now === 0) check().then(() => { if (left() === 0) leave(); });
  }

  function open() {
    if (dialog.open) return;
    words.textContent = said.textContent = spoken(left());
    dialog.querySelector("[data-session-final]").hidden = !final;
    dialog.querySelector("[data-session-stay]").hidden = final;
    dialog.showModal();
  }

  async function check() {
    if (Date.now() - asked < 2000) return;
    asked = Date.now();
    const answer = await fetch(place.dataset.sessionUrl, { redirect: "manual" }).catch(() => null);
    if (answer && answer.ok) take(await answer.json());
    else if (answer) endsAt = Date.now();
  }

  async function stay() {
    const body = new FormData(place.querySelector("form"));
    const answer = await fetch(place.dataset.stayUrl, { method: "POST", body, redirect: "manual" })
      .catch(() => null);
    if (answer && answer.ok) { take(await answer.json()); dialog.close(); } else leave();
  }

  function leave() { window.location.reload(); }

  function spoken(seconds) {
    if (seconds >= 60) {
      const minutes = Math.ceil(seconds / 60);
      return `${minutes} ${minutes === 1 ? "minute" : "minutes"}`;
    }
    return `${seconds} ${seconds === 1 ? "second" : "seconds"}`;
  }
}

// Typing is a sign of life: a moment after it, what was typed is kept on the server.
function drafts(place, take) {
  const WAIT = 5000;
  const SECRETS = "input[type=password], [autocomplete=one-time-code], [data-passkey]";
  for (const form of document.querySelectorAll("main form[method=post]")) {
    if (form.querySelector(SECRETS) || form.matches("[data-passkey]")) continue;
    let timer = 0;
    let sent = false;
    const body = () => {
      const data = new FormData(form);
      for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
      const action = new URL(form.action || window.location.href);
      data.set("_place", action.pathname + action.search);
      return data;
    };
    const keep = async () => {
      timer = 0;
      if (sent) return;
      const answer = await fetch(place.dataset.draftUrl, { method: "POST", body: body(), redirect: "manual" })
        .catch(() => null);
      if (answer && answer.ok) take(await answer.json());
    };
    form.addEventListener("input", () => { if (!timer) timer = setTimeout(keep, WAIT); });
    form.addEventListener("submit", () => { sent = true; clearTimeout(timer); });
    document.addEventListener("visibilitychange", () => {
      if (document.hidden && timer && !sent) {
        clearTimeout(timer);
        timer = 0;
        navigator.sendBeacon(place.dataset.draftUrl, body());
      }
    });
  }
}

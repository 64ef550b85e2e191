// Shows by itself what changes: while the clock moves, people are loaded or the worker starts.
// Only what differs is changed, so focus, place and open parts stay. While a pointer is over a control, that control does not move.
// A page of the office is not loaded again, so that nothing typed is lost: only its strip changes, and leads to the page as it is then.
const PAUSE = 1500;
const CONTROLS = "a:hover, button:hover, summary:hover, input:hover, select:hover, textarea:hover, label:hover";
const OWN = new Set(["open", "data-sent"]); // what the reader has opened, and that a form is being sent
const points = matchMedia("(hover: hover)");
let held = false;
let timer = 0;

const name = (node) => node.id || node.getAttribute?.("aria-labelledby") || "";
const alike = (one, other) => Boolean(one) && one.nodeName === other.nodeName && name(one) === name(other);

function takeAttributes(live, fresh) {
  for (const { name } of [...live.attributes]) if (!OWN.has(name) && !fresh.hasAttribute(name)) live.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (!OWN.has(name) && live.getAttribute(name) !== value) live.setAttribute(name, value);
}

// Returns the node that stands for a fresh one: the next, or a later one if those before it are gone.
function partner(next, child, later) {
  if (alike(next, child)) return next;
  let found = next;
  while (found && !alike(found, child)) found = found.nextSibling;
  return found && (name(child) || !later.some((each) => alike(next, each))) ? found : null;
}

function take(live, fresh) {
  if (live.isEqualNode(fresh)) return;
  if (live.nodeType !== Node.ELEMENT_NODE) {
    live.nodeValue = fresh.nodeValue;
    return;
  }
  takeAttributes(live, fresh);
  let next = live.firstChild;
  [...fresh.childNodes].forEach((child, place, all) => {
    const found = partner(next, child, all.slice(place + 1));
    if (!found) {
      live.insertBefore(document.importNode(child, true), next);
      return;
    }
    while (next !== found) {
      const gone = next;
      next = next.nextSibling;
      gone.remove();
    }
    take(found, child);
    next = found.nextSibling;
  });
  while (next) {
    const gone = next;
    next = next.nextSibling;
    gone.remove();
  }
}

const under = () => (points.matches ? [...document.querySelectorAll(CONTROLS)].pop() : null);
const stands = (control) => {
  const { left, top, width, height } = control.getBoundingClientRect();
  return control.isConnected ? [left, top, width, height].map(Math.round).join() : "";
};

// Takes what differs; if the control under the pointer would move, all stays as it was until the pointer has left it.
function show(live, fresh) {
  fresh.querySelectorAll("noscript").forEach((each) => each.remove());
  live.querySelectorAll("noscript").forEach((each) => each.remove());
  const control = under();
  const before = control && stands(control);
  const kept = control && live.cloneNode(true);
  const focused = document.activeElement;
  const place = scrollY;
  take(live, fresh);
  if (control?.isConnected) scrollBy(0, control.getBoundingClientRect().top - Number(before.split(",")[1]));
  held = Boolean(control) && stands(control) !== before;
  if (held) {
    take(live, kept);
    scrollTo(scrollX, place);
  }
  if (focused !== document.activeElement && focused?.isConnected) focused.focus({ preventScroll: true });
  return !held;
}

function offerAgain(strip) {
  const link = document.createElement("a");
  link.href = location.href;
  link.textContent = strip.dataset.again;
  strip.querySelector("[data-now]")?.append(" ", link);
}

async function asked() {
  const own = document.querySelector("main [data-tour]");
  const back = encodeURIComponent(location.pathname + location.search);
  const answer = await fetch(own ? own.dataset.tour : `/demo/strip?back=${back}`).catch(() => null);
  if (!answer?.ok) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector(own ? "main [data-tour]" : "[data-tour]");
}

async function look() {
  clearTimeout(timer);
  const shown = document.querySelector("main [data-tour]") ?? document.querySelector("[data-tour]");
  if (!shown || shown.dataset.changes !== "yes") return;
  if (!document.hidden && !document.querySelector("form[data-sent]")) {
    const fresh = await asked();
    if (fresh && show(shown, fresh) && shown.dataset.changes !== "yes" && shown.dataset.again) offerAgain(shown);
  }
  timer = setTimeout(look, PAUSE);
}

// What was held back is shown as soon as the pointer has left its control.
addEventListener("pointermove", () => {
  if (!held || under()) return;
  held = false;
  look();
});
timer = setTimeout(look, PAUSE);

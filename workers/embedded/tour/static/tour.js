// Shows by itself what changes: while the clock moves, people are loaded or the worker starts.
// A page of the office is not loaded again, so that nothing typed is lost: only its strip changes, and leads to the page as it is then.
const pause = 1500;

function offerAgain(strip) {
  const link = document.createElement("a");
  link.href = location.href;
  link.textContent = strip.dataset.again;
  strip.querySelector("[data-now]")?.append(" ", link);
}

async function look() {
  const shown = document.querySelector("[data-tour]");
  if (!shown || shown.dataset.changes !== "yes") return;
  if (document.querySelector("main [data-tour]")) {
    location.reload();
    return;
  }
  const back = location.pathname + location.search;
  const answer = await fetch(`/demo/strip?back=${encodeURIComponent(back)}`).catch(() => null);
  if (answer?.ok) {
    shown.outerHTML = await answer.text();
    const strip = document.querySelector("[data-tour]");
    if (strip && strip.dataset.changes !== "yes") offerAgain(strip);
  }
  setTimeout(look, pause);
}

setTimeout(look, pause);

// Shows by itself what changes: while the clock moves, people are loaded or the worker starts.
// A page with a form is not loaded again, so that nothing typed is lost; only its strip changes.
const pause = 1500;

async function look() {
  const shown = document.querySelector("[data-tour]");
  if (!shown || shown.dataset.changes !== "yes") return;
  if (shown.matches("main [data-tour]") || document.querySelector("main [data-tour]")) {
    location.reload();
    return;
  }
  const back = location.pathname + location.search;
  const answer = await fetch(`/demo/strip?back=${encodeURIComponent(back)}`);
  if (answer.ok) shown.outerHTML = await answer.text();
  setTimeout(look, pause);
}

setTimeout(look, pause);

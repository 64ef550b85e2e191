// Says two minutes before the end of a session that it ends, and asks to stay. What was written stays in the page.
const meta = document.querySelector("meta[name=session-ends]");
const box = document.getElementById("session-ends");
const BEFORE = 2 * 60 * 1000;
const LONGEST_WAIT = 20 * 60 * 1000;

if (meta && box) {
  let ends = Date.parse(meta.content);
  const text = box.querySelector("[data-text]");
  const stay = box.querySelector("button");
  const over = box.querySelector("[data-over]");
  const clock = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "numeric", minute: "2-digit" });

  const look = () => {
    const left = ends - Date.now();
    if (left <= 0) {
      text.hidden = stay.hidden = true;
      over.hidden = box.hidden = false;
      return;
    }
    if (left <= BEFORE) {
      text.textContent = text.dataset.text.replace("{time}", clock.format(ends));
      box.hidden = false;
    }
    setTimeout(look, Math.min(left > BEFORE ? left - BEFORE : left, LONGEST_WAIT));
  };

  stay.addEventListener("click", async () => {
    const answer = await fetch("/session/stay", {
      method: "POST",
      headers: { "X-CSRF-Token": box.dataset.csrf },
      redirect: "manual",
    }).catch(() => null);
    if (answer?.ok) {
      ends = Date.parse((await answer.json()).ends_at);
      box.hidden = true;
    } else if (answer) {
      ends = Date.now();
    }
    look();
  });
  look();
}

// Adds comfort to a page that works without it: govuk-frontend's parts, and one sending of a form however often it is pressed.
import { initAll } from "../vendor/govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

// A page that answers a form would be sent again by Back, which browsers refuse with a page of their own: its address is asked for instead.
history.replaceState(history.state, "", location.href);

// A form with a command id is harmless when sent twice; the second press only confuses its reader.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
// A page that comes back from the browser's memory may be sent again.
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

// The slider shows its moment when it is let go; who moves it by keys presses its button.
document.addEventListener("pointerup", (event) => {
  if (event.target.matches(".mover input[type=range]") && event.target.value !== event.target.defaultValue) event.target.form.requestSubmit();
});

// Moves the token of a link out of the address into the form that opens it. Nothing is sent before somebody presses the button.
const token = location.hash.slice(1);
if (/^[\w-]{20,100}$/.test(token)) {
  const form = document.getElementById("open");
  form.elements.token.value = token;
  form.hidden = false;
  document.getElementById("cut").hidden = true;
  history.replaceState(null, "", location.pathname);
}

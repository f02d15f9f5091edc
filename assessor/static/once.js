// Sends a page once: a second tap on a slow phone would find the draft gone, and hide the thanks. All works without it.
const PAUSE = 10_000; // milliseconds; after that somebody may well mean it
let sent = -PAUSE;
addEventListener("submit", (event) => {
  if (event.timeStamp - sent < PAUSE) event.preventDefault();
  else sent = event.timeStamp;
});

// The board asks for itself when the server says that it changed; without this it does so every 20 seconds.

const live = document.querySelector("[data-stream]");

if (live && window.EventSource) {
  const source = new EventSource(live.dataset.stream);
  let known = "";
  source.addEventListener("changed", (event) => {
    if (known && known !== event.data) {
      window.htmx.trigger(document.body, "board-changed");
    }
    known = event.data;
  });
}

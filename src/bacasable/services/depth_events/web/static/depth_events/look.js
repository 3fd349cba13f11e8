// Draws the protected matrix of a look as it comes: heights over the floor, the higher the darker. Nothing is kept.

const canvas = document.querySelector("[data-matrices]");
const said = document.querySelector("[data-said]");

if (canvas) {
  const source = new EventSource(canvas.dataset.matrices);
  source.addEventListener("matrix", (event) => draw(JSON.parse(event.data)));
  source.addEventListener("end", () => over(canvas.dataset.end));
  source.addEventListener("none", () => over(canvas.dataset.none));
  source.addEventListener("error", () => over(canvas.dataset.end));

  function over(words) {
    source.close();
    canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
    said.textContent = words;
  }
}

function draw(shown) {
  const bytes = Uint8Array.from(atob(shown.heights), (letter) => letter.charCodeAt(0));
  const heights = new DataView(bytes.buffer);
  canvas.width = shown.columns;
  canvas.height = shown.rows;
  const picture = new ImageData(shown.columns, shown.rows);
  let highest = 1000;
  for (let at = 0; at < shown.columns * shown.rows; at += 1) {
    highest = Math.max(highest, heights.getUint16(2 * at, true));
  }
  for (let row = 0; row < shown.rows; row += 1) {
    for (let column = 0; column < shown.columns; column += 1) {
      const height = heights.getUint16(2 * (row * shown.columns + column), true);
      // Row 0 lies at the least y: at the bottom of a plan.
      const at = 4 * ((shown.rows - 1 - row) * shown.columns + column);
      const grey = 255 - Math.round((235 * height) / highest);
      picture.data.set([grey, grey, grey, 255], at);
    }
  }
  canvas.getContext("2d").putImageData(picture, 0, 0);
}

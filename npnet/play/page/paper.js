// What is drawn on: a canvas, or the text of an SVG file. Both know the same few shapes
export const FONT = getComputedStyle(document.documentElement).getPropertyValue("--sans").trim();

export class CanvasPaper {
  constructor(canvas, width, height, scale = window.devicePixelRatio) {
    const [across, down] = [Math.round(width * scale), Math.round(height * scale)];
    // To set a size clears the canvas, and costs more than to clear it
    if (canvas.width !== across || canvas.height !== down) [canvas.width, canvas.height] = [across, down];
    this.context = canvas.getContext("2d");
    this.context.setTransform(scale, 0, 0, scale, 0, 0);
    this.context.clearRect(0, 0, width, height);
  }

  at(x, y, draw) {
    this.context.save();
    this.context.translate(x, y);
    draw();
    this.context.restore();
  }

  clip(x, y, width, height, draw) {
    this.context.save();
    this.context.beginPath();
    this.context.rect(x, y, width, height);
    this.context.clip();
    draw();
    this.context.restore();
  }

  image(raster, x, y, width, height) {
    this.context.imageSmoothingEnabled = true;
    this.context.imageSmoothingQuality = "high";
    this.context.drawImage(raster.canvas, x, y, width, height);
  }

  rectangle(x, y, width, height, look) { this.path(`M${x} ${y}h${width}v${height}h${-width}z`, look); }

  circle(x, y, r, look) {
    this.context.beginPath();
    this.context.arc(x, y, r, 0, 2 * Math.PI);
    this.#paint(look);
  }

  path(d, look) { this.#paint(look, new Path2D(d)); }

  text(x, y, text, { fill, size = 12, align = "left", bold = false }) {
    Object.assign(this.context, { font: `${bold ? "600 " : ""}${size}px ${FONT}`, fillStyle: fill, textAlign: align });
    this.context.fillText(text, x, y);
  }

  #paint({ fill, stroke, width = 1, dash = [], opacity = 1 }, ...path) {
    const context = this.context;
    context.globalAlpha = opacity;
    if (fill) {
      context.fillStyle = fill;
      context.fill(...path);
    }
    if (stroke) {
      Object.assign(context, { strokeStyle: stroke, lineWidth: width, lineJoin: "round" });
      context.setLineDash(dash);
      context.stroke(...path);
    }
    context.globalAlpha = 1;
  }
}

const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const short = (value) => Number(value.toFixed(2));

export class SvgPaper {
  #parts = [];
  #clips = 0;

  constructor(width, height) {
    this.size = [width, height];
  }

  at(x, y, draw) {
    this.#parts.push(`<g transform="translate(${short(x)} ${short(y)})">`);
    draw();
    this.#parts.push("</g>");
  }

  clip(x, y, width, height, draw) {
    const id = `clip-${(this.#clips += 1)}`;
    this.#parts.push(`<clipPath id="${id}"><rect x="${x}" y="${y}" width="${width}" height="${height}"/></clipPath>`);
    this.#parts.push(`<g clip-path="url(#${id})">`);
    draw();
    this.#parts.push("</g>");
  }

  image(raster, x, y, width, height) {
    const place = `x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}"`;
    this.#parts.push(`<image ${place} preserveAspectRatio="none" href="${raster.canvas.toDataURL()}"/>`);
  }

  rectangle(x, y, width, height, look) {
    const place = [x, y, width, height].map(short);
    this.#parts.push(`<rect x="${place[0]}" y="${place[1]}" width="${place[2]}" height="${place[3]}"${painted(look)}/>`);
  }

  circle(x, y, r, look) { this.#parts.push(`<circle cx="${short(x)}" cy="${short(y)}" r="${r}"${painted(look)}/>`); }

  path(d, look) { this.#parts.push(`<path d="${d}"${painted(look)}/>`); }

  text(x, y, text, { fill, size = 12, align = "left", bold = false }) {
    const anchor = { left: "start", center: "middle", right: "end" }[align];
    const look = `fill="${fill}" font-size="${size}" text-anchor="${anchor}"${bold ? ' font-weight="600"' : ""}`;
    this.#parts.push(`<text x="${short(x)}" y="${short(y)}" ${look}>${escaped(text)}</text>`);
  }

  file() {
    const [width, height] = this.size;
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`
      + ` font-family="${escaped(FONT)}">\n${this.#parts.join("\n")}\n</svg>\n`;
  }
}

const painted = ({ fill = "none", stroke, width = 1, dash = [], opacity = 1 }) => ` fill="${fill}"`
  + (stroke ? ` stroke="${stroke}" stroke-width="${width}" stroke-linejoin="round"` : "")
  + (dash.length ? ` stroke-dasharray="${dash.join(" ")}"` : "") + (opacity < 1 ? ` opacity="${opacity}"` : "");

// A small picture, one pixel for each number of a grid over the plane; the first row is the lowest
export class Raster {
  constructor(size) {
    this.canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
    this.size = size;
    this.context = this.canvas.getContext("2d");
    this.picture = this.context.createImageData(size, size);
    this.pixels = new Uint32Array(this.picture.data.buffer);
  }

  // colour: from a number's place to a pixel
  fill(colour) {
    for (let row = 0; row < this.size; row += 1) {
      const above = (this.size - 1 - row) * this.size;
      for (let column = 0; column < this.size; column += 1)
        this.pixels[above + column] = colour(row * this.size + column);
    }
    this.context.putImageData(this.picture, 0, 0);
  }
}

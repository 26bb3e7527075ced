// The WebSocket: messages out, and messages in to who handles their kind
export const bytes = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

export class Wire {
  #handlers = new Map();
  #socket = null;
  #waiting = [];

  on(kind, handler) {
    this.#handlers.set(kind, [...(this.#handlers.get(kind) ?? []), handler]);
  }

  send(name, values = {}) {
    const text = JSON.stringify({ do: name, ...values });
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(text);
    // An acknowledgement is for this connection alone
    else if (name !== "ack") this.#waiting.push(text);
  }

  connect(language) {
    const address = new URL("ws", window.location.href);
    address.protocol = "ws:";
    address.search = `?language=${language}`;
    address.hash = "";
    this.#socket = new WebSocket(address);
    this.#socket.addEventListener("message", (event) => this.#receive(JSON.parse(event.data)));
    this.#socket.addEventListener("open", () => {
      for (const text of this.#waiting.splice(0)) this.#socket.send(text);
      this.#receive({ kind: "opened" });
    });
    this.#socket.addEventListener("close", () => this.#receive({ kind: "closed" }));
  }

  #receive(message) {
    for (const handler of this.#handlers.get(message.kind) ?? []) handler(message);
  }
}

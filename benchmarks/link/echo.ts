// A page that sends back what it gets, over the panel's own link: kernel -> carrier -> a Worker that stands where the
// audio thread is -> carrier -> kernel. With `talking`, a chunk of microphone sound leaves every 40 ms beside it.
import { type CommModel, Link } from "../../js/src/link.ts";

const WORKER = `
let port, at = 0;
onmessage = ({ data }) => {
  if (data.port) {
    port = data.port;
    port.onmessage = ({ data: { data: sound, content_index } }) =>
      port.postMessage({ type: "microphone", sample: content_index, data: sound }, [sound]);
  } else if (data.talking) {
    setInterval(() => port.postMessage({ type: "microphone", sample: -1, data: new ArrayBuffer(1920) }), 40);
  }
};`;

export default {
  render({ model, el, signal }: { model: CommModel; el: HTMLElement; signal: AbortSignal }): void {
    const worker = new Worker(URL.createObjectURL(new Blob([WORKER], { type: "text/javascript" })));
    const { port1, port2 } = new MessageChannel();
    const link = new Link(
      model,
      {
        receive: (message) => {
          if (message.type === "problem") worker.postMessage({ talking: true });
        },
        way: (way) => void (el.textContent = `way: ${way}`),
        lost: () => {},
        gone: () => {},
        renewed: () => {},
      },
      signal,
    );
    worker.postMessage({ port: port1 }, [port1]);
    link.wire("playback", port2);
    link.send({ type: "join" });
  },
};

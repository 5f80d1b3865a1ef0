// Watches what a page opens, without the product's knowledge, and can put another microphone in the real one's place: a
// ramp, every sample one more than the last, so that a sample lost or doubled anywhere shows; or a tone, from a device
// that runs at a rate of its own. It can be unplugged, the page's sockets can be broken, and contexts can refuse a
// microphone of another rate than their own, as Firefox did and Safari does.
(() => {
  const source = `registerProcessor("ramp", class extends AudioWorkletProcessor {
    sample = 1;
    process(inputs, [[output]]) {
      for (let i = 0; i < output.length; i++) output[i] = (((this.sample++ + 32768) % 65536) - 32768) / 32768;
      return true;
    }
  });`;
  const contexts = [];
  const tracks = [];
  const workers = new Set();
  const links = new BroadcastChannel("probe");
  window.probe = {
    ramp: false,
    tone: false,
    /** Contexts refuse microphones for their rate. */
    strict: false,
    constraints: null,
    contexts,
    workers: () => workers.size,
    break: () => links.postMessage("break"),
    /** There is no microphone at all. */
    none: false,
    unplug: () => {
      for (const track of tracks.filter(({ readyState }) => readyState === "live")) {
        track.stop();
        // A page that stops a track itself is not told so.
        track.dispatchEvent(new Event("ended"));
      }
    },
    open: () => [
      contexts.filter(({ state }) => state !== "closed").length,
      tracks.filter(({ readyState }) => readyState === "live").length,
    ],
  };

  const Context = AudioContext;
  window.AudioContext = class extends AudioContext {
    constructor(options) {
      super(options);
      contexts.push(this);
    }

    createMediaStreamSource(stream) {
      if (probe.strict && this.sampleRate !== device.sampleRate) throw new DOMException("Another rate", "NotSupportedError");
      return super.createMediaStreamSource(stream);
    }
  };

  // In a worker: its sockets break when the page says so.
  const breaking = `const sockets = [];
    self.WebSocket = class extends WebSocket {
      constructor(url) {
        super(url);
        sockets.push(this);
      }
    };
    new BroadcastChannel("probe").onmessage = () => sockets.splice(0).forEach((socket) => socket.close());`;
  window.Worker = class extends Worker {
    constructor(url, options) {
      const text = `${breaking}\nimportScripts(${JSON.stringify(String(url))});`;
      const own = String(url).startsWith("blob:") && options === undefined;
      super(own ? URL.createObjectURL(new Blob([text], { type: "text/javascript" })) : url, options);
      if (own) workers.add(this);
    }

    terminate() {
      workers.delete(this);
      super.terminate();
    }
  };

  /** The context of a device that runs at its own rate. */
  let device = null;
  function tone() {
    device ??= new Context({ sampleRate: 44_100 });
    const generator = new OscillatorNode(device, { frequency: 1000 });
    const microphone = new MediaStreamAudioDestinationNode(device, { channelCount: 1 });
    generator.connect(new GainNode(device, { gain: 0.5 })).connect(microphone);
    generator.start();
    return microphone.stream;
  }

  async function ramp(context) {
    await context.audioWorklet.addModule(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
    const generator = new AudioWorkletNode(context, "ramp", { numberOfInputs: 0 });
    const microphone = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
    // The first quanta after a connection may be lost on their way: the ramp begins when all is set up.
    setTimeout(() => generator.connect(microphone), 500);
    return microphone.stream;
  }

  // Pages that are not secure have no microphone at all.
  const devices = window.MediaDevices?.prototype;
  if (devices === undefined) return;
  const getUserMedia = devices.getUserMedia;
  const enumerateDevices = devices.enumerateDevices;
  devices.enumerateDevices = async function () {
    const all = await enumerateDevices.call(this);
    return probe.none ? all.filter(({ kind }) => kind !== "audioinput") : all;
  };
  devices.getUserMedia = async function (constraints) {
    probe.constraints = constraints;
    if (probe.none) throw new DOMException("None is there", "NotFoundError");
    const stream = probe.ramp
      ? await ramp(contexts.at(-1))
      : probe.tone
        ? tone()
        : await getUserMedia.call(this, constraints);
    tracks.push(...stream.getTracks());
    return stream;
  };
})();

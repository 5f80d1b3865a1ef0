// Watches what a page opens, without the product's knowledge, and can put a ramp in the microphone's place: every
// sample one more than the last, so that a sample lost or doubled anywhere shows.
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
  window.probe = {
    ramp: false,
    constraints: null,
    open: () => [
      contexts.filter(({ state }) => state !== "closed").length,
      tracks.filter(({ readyState }) => readyState === "live").length,
    ],
  };

  window.AudioContext = class extends AudioContext {
    constructor(options) {
      super(options);
      contexts.push(this);
    }
  };

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
  devices.getUserMedia = async function (constraints) {
    probe.constraints = constraints;
    const stream = probe.ramp ? await ramp(contexts.at(-1)) : await getUserMedia.call(this, constraints);
    tracks.push(...stream.getTracks());
    return stream;
  };
})();

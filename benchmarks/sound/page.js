// In the page, without the product's knowledge: puts a ramp (see ramp.py) in the microphone's place, where the product
// connects one, and an ear beside the loudspeaker: whatever is connected to the destination is heard in the same render
// quantum. `ear.silences` are the moments at which sound ceased: `at`, ms on the system's clock as the quantum was
// rendered, in whole ms; the value of the `last` sample before; and how far the loudspeaker was behind (`latency`, s).
(() => {
  const PERIOD = 32_767;
  const source = `registerProcessor("ear", class extends AudioWorkletProcessor {
    counts = { samples: 0, lost: 0, doubled: 0, wrong: 0, begun: 0 };
    last = 0;
    sounding = false;
    quanta = 0;
    process([[input]]) {
      let silent = true;
      for (const sample of input ?? []) {
        const value = sample * 32768;
        if (value === 0) continue;
        silent = false;
        this.counts.samples += 1;
        if (value < 1 || !Number.isInteger(value)) {
          this.counts.wrong += 1;
          continue;
        }
        const jump = this.last === 0 ? 0 : (value - this.last - 1 + ${PERIOD}) % ${PERIOD};
        if (jump < ${PERIOD} / 2) this.counts.lost += jump;
        else this.counts.doubled += ${PERIOD} - jump;
        this.last = value;
      }
      if (silent && this.sounding) this.port.postMessage({ at: Date.now(), last: this.last });
      if (!silent && !this.sounding) this.counts.begun += 1;
      this.sounding = !silent;
      if (++this.quanta % 100 === 0) this.port.postMessage({ counts: this.counts });
      return true;
    }
  });`;
  const ear = (window.ear = { silences: [], counts: null, context: null });
  const { connect } = AudioNode.prototype;
  AudioNode.prototype.connect = function (target, ...rest) {
    if (target instanceof AudioDestinationNode) {
      const context = (ear.context = this.context);
      context.audioWorklet.addModule(URL.createObjectURL(new Blob([source], { type: "text/javascript" }))).then(() => {
        const node = new AudioWorkletNode(context, "ear", { numberOfOutputs: 0 });
        node.port.onmessage = ({ data }) => {
          if (data.counts) ear.counts = data.counts;
          else ear.silences.push({ ...data, latency: context.baseLatency + context.outputLatency });
        };
        connect.call(this, node);
      });
    }
    return connect.call(this, target, ...rest);
  };
  BaseAudioContext.prototype.createMediaStreamSource = AudioContext.prototype.createMediaStreamSource = function () {
    const buffer = this.createBuffer(1, PERIOD, this.sampleRate);
    buffer.copyToChannel(Float32Array.from({ length: PERIOD }, (_, i) => (i + 1) / 32768), 0);
    const ramp = new AudioBufferSourceNode(this, { buffer, loop: true });
    ramp.start();
    return ramp;
  };
})();

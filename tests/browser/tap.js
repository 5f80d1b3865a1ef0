// Taps what goes to the loudspeaker, without the product's knowledge: whatever is connected to a destination is
// connected to a recorder too, which keeps each quantum that is not silent, and when it was rendered (s).
(() => {
  const source = `registerProcessor("tap", class extends AudioWorkletProcessor {
    process([input]) {
      if (input[0]?.some((sample) => sample !== 0)) this.port.postMessage({ samples: input[0].slice(), time: currentTime });
      return true;
    }
  });`;
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const connect = AudioNode.prototype.connect;
  window.tap = { quanta: [] };
  AudioNode.prototype.connect = function (target, ...rest) {
    if (target instanceof AudioDestinationNode) {
      this.context.audioWorklet.addModule(url).then(() => {
        const recorder = new AudioWorkletNode(this.context, "tap", { numberOfOutputs: 0 });
        recorder.port.onmessage = ({ data }) => window.tap.quanta.push(data);
        connect.call(this, recorder);
        // A context that is closed at once has nothing to tap.
      }, () => {});
    }
    return connect.call(this, target, ...rest);
  };
})();

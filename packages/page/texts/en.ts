/** The page in English. */
import { answersTexts } from "../ui/answers/texts.ts";
import { companyTexts } from "../ui/company/texts.ts";
import { drawTexts } from "../ui/draw/texts.ts";
import { oneChannelTexts } from "../ui/one_channel/texts.ts";

export const en = {
  oneChannel: oneChannelTexts.en,
  otherCompany: companyTexts.en,
  ownDigit: drawTexts.en,
  answers: answersTexts.en,
  code: "en",
  title: "Batch\u00a0norm and batch\u00a0renorm, side by side",
  skip: "Skip to the experiment",
  project: "Renorm",
  otherLanguage: "Türkçe",
  lead:
    "Two small networks learn to read handwritten digits in your browser. They start alike and see " +
    "the same images; only their norm differs. One of them reads nearly everything in training and is " +
    "of little use afterwards.",
  unscripted:
    "The experiment is missing, since the page’s script has not started. It needs JavaScript, and a web " +
    "server for its files: <code>deno task web</code>, or any host. Opened as a file, it is only this text.",
  norms: ["Batch norm", "Batch renorm"] as [string, string],
  finished: {
    title: (steps: string) => `A finished run, ${steps} steps`,
    scores: (training: string, inference: string) =>
      `${training} right in training, ${inference} at inference`,
  },
  legend: {
    training: "in training",
    inference: "at inference",
    band: "middle 90%",
    median: "median",
    limit: "limit",
    running: "running",
  },
  verdict: {
    none: "Press Start. The gap between the two lines is what to watch.",
    scores: (training: string, inference: string) =>
      `${training} in training, ${inference} at inference`,
    untrained: "it only guesses so far.",
    early: "its running statistics lag behind.",
    relies: "it relies on its batch.",
    leans: "it leans on its batch a little.",
    poor: "alone as in its batch, but it reads few.",
    holds: "it needs no batch to read.",
    noNumber: "its loss is not a number.",
  },
  experiment: {
    label: "Accuracy on digits that neither learns from",
    before: (difference: string) => `Faint lines: the run before, with ${difference}.`,
    sameSettings: "the same settings",
  },
  toolbar: {
    label: "Training",
    start: "Start",
    pause: "Pause",
    step: "One step",
    reset: "Reset",
    stepLabel: "step",
  },
  status: {
    loading: "Loading TensorFlow.js …",
    ready: "Ready. 300 steps show it: seconds on a fast computer, minutes on a slow one.",
    running: (speed: string, step: string, time: string) =>
      `Training, ${speed} steps a second; step ${step} in about ${time}.`,
    paused: "Paused.",
    long: (step: string) => `Paused by itself after ${step} steps; Start goes on.`,
    diverged: (networks: string, step: string) =>
      `The loss at step ${step} is not a number: ${networks}. A lower learning rate or tighter limits may ` +
      "help; Start begins anew.",
    rebuilt: {
      gpu: (step: string) => `The GPU was lost; the run is back at step ${step}.`,
      worker: (step: string) => `The training stopped answering; the run is back at step ${step}.`,
    },
    rebuiltOnCpu: {
      gpu: (step: string) =>
        `The GPU was lost again and again; the run is back at step ${step}, on the CPU.`,
      worker: (step: string) =>
        `The training stopped answering again and again; the run is back at step ${step}, on the CPU.`,
    },
    failed: (reason: string) => `Training has failed; Start tries again. ${reason}`,
    failures: {
      script: (file: string) => `${file} cannot be loaded.`,
      digits: (file: string) => `The digits cannot be loaded: ${file}.`,
      silence: (times: string) => `It stopped answering ${times} times.`,
      error: (message: string) => `The error’s own words: “${message}”`,
    },
    step: (step: string) => `Step ${step}.`,
    started: "Training.",
    reset: "Back at step 0.",
  },
  backend: {
    webgpu: (adapter: string) => `Runs on WebGPU ${adapter}`.trim() + ".",
    cpu: "Runs on the CPU.",
    reasons: {
      "no WebGPU": "Runs on the CPU: this browser has no WebGPU.",
      "no adapter": "Runs on the CPU: the browser gives no WebGPU adapter.",
      "software adapter":
        "Runs on the CPU: the browser has WebGPU in software only, which is slower.",
      "no https": "Runs on the CPU: browsers give WebGPU to https alone.",
      "backend failed": "Runs on the CPU: TensorFlow.js could not start on WebGPU.",
    },
  },
  settings: {
    heading: "Settings",
    text: "A change starts a new run; the last one stays as faint lines.",
    order: {
      label: "Order",
      options: { "class by class": "class by class", "at random": "at random" },
      help: "Class by class, a batch shows one digit and the digits take turns.",
    },
    sliders: {
      batchSize: {
        label: "Batch size",
        help: "Images per step. The fewer, the less their statistics say about all images.",
      },
      learningRate: {
        label: "Learning rate",
        help: "How far a step goes. Larger batches allow a higher one.",
      },
      momentum: {
        label: "Momentum",
        help: "Weight of a new batch in the running statistics. In Keras 0.01 is written 0.99.",
      },
      rmax: {
        label: "rmax",
        help: "r stays between 1/rmax and rmax. 1 allows no correction of the scale.",
      },
      dmax: {
        label: "dmax",
        help: "d stays between −dmax and dmax. 0 allows no correction of the shift.",
      },
      warmupSteps: {
        label: "Warm-up",
        help: "Steps until the limits have opened to rmax and dmax.",
      },
    },
    seed: {
      label: "Seed",
      help: "Decides the start of both networks and the order of the images.",
      another: "Another seed",
      wrong: (most: string, stays: string) =>
        `A seed is a whole number from 0 to ${most}; it stays ${stays}.`,
    },
    backend: {
      label: "Compute on",
      options: { auto: "automatic", webgpu: "WebGPU", cpu: "CPU" },
    },
    copy: "Copy link",
    copied: "Link copied: it holds the settings and the run before.",
    notCopied: (address: string) => `The browser does not let the page copy. The link: ${address}`,
    ignored: (name: string, value: string, wanted: string) =>
      `The address says ${name}=${value}, but ${name} is ${wanted}; the page takes its default.`,
    unknown: (name: string, value: string, names: string) =>
      `The address says ${name}=${value}, which the page passes over; it knows ${names}.`,
    again: (name: string, value: string) =>
      `The address says ${name} more than once; the first holds, and not ${value}.`,
    wanted: {
      orZero: (range: string) => `0 or ${range}`,
      number: (least: string, most: string) => `a number from ${least} to ${most}`,
      integer: (least: string, most: string) => `a whole number from ${least} to ${most}`,
      oneOf: (names: string) => `one of ${names}`,
      run: "a run that this page has written",
    },
  },
  presets: {
    label: "What to try",
    list: [
      {
        address: "batch=4&order=class",
        name: "Class by class, 4",
        text: "Batch norm tells digits by their company.",
      },
      {
        address: "batch=4&order=class&rmax=1&dmax=0",
        name: "Limits shut",
        text: "Batch renorm is batch norm, to the last digit.",
      },
      {
        address: "batch=4&order=class&rmax=1.1&dmax=0.1",
        name: "Tight limits",
        text: "A little correction, and a narrower gap.",
      },
      {
        address: "batch=32&order=random&rate=0.15",
        name: "At random, 32",
        text: "What batch norm is for: no need of renorm.",
      },
      {
        address: "batch=1&order=class&rate=0.04",
        name: "Batches of one",
        text: "64 pixels are enough for batch renorm.",
      },
      {
        address: "batch=4&order=class&momentum=1",
        name: "Momentum 1",
        text: "Its statistics jump: renorm fails.",
      },
    ],
  },
  batch: {
    heading: "The batch they learn from",
    none: "No step yet.",
    text: (digits: string) => `It shows: ${digits}`,
  },
  loss: {
    summary: "Loss, and the numbers as a table",
    heading: "Loss",
    text:
      "The mean cross entropy on the same digits. Batch norm’s falls in training mode as it should; at " +
      "inference it stays high or rises, and nothing in training tells.",
    reading: (step: string, training: string, inference: string) =>
      `Step ${step}: ${training} in training, ${inference} at inference.`,
  },
  table: { label: "The numbers as a table", step: "Step", accuracy: "accuracy", loss: "loss" },
  layer: {
    summary: "Inside a layer: what r and d correct",
    text:
      "Two norm layers, of 16 and 32 channels. The channel is the one whose digits lie farthest apart, " +
      "until you choose another.",
    layer: "Layer",
    channel: "Channel",
  },
  channel: {
    heading: "One channel, step by step",
    text: "The mean of each batch, in the colour of its digit, and the running mean. " +
      "Class by class the dots jump with the digit, and the line goes through their middle.",
    reading: (batch: string, running: string) => `Batch ${batch}; running ${running}.`,
    moments: (mean: string, deviation: string) => `${mean} ± ${deviation}`,
  },
  correction: {
    r: {
      heading: "r: how far the scale of batches is off",
      text: "Deviation of the batch over running deviation, for all channels of the layer.",
    },
    d: {
      heading: "d: how far the mean of batches is off",
      text:
        "Mean of the batch minus running mean, in running deviations. Class by class this gives the digit " +
        "away to batch norm; within its limits batch renorm takes it out.",
    },
    reading: (low: string, high: string, median: string) =>
      `Last steps: middle 90% from ${low} to ${high}, median ${median}.`,
    limits: (low: string, high: string, clipped: string) =>
      `Limits ${low} to ${high}, ${clipped} clipped.`,
    fixed: "Batch norm corrects none of it.",
  },
  waiting: "Nothing yet: press Start.",
  explanation: [
    {
      heading: "What batch norm does",
      text:
        "Between its layers it puts every channel, a feature that the network looks for, on one scale: it " +
        "subtracts the mean and divides by the standard deviation of the batch, the few images of one " +
        "training step. At inference there is no batch; then it takes running statistics, averages that it " +
        "gathered in training.",
    },
    {
      heading: "Where that goes wrong",
      text:
        "In large batches drawn at random the two are nearly the same. In batches of a few images, or sorted " +
        "by class, by user or by time, they are not: at worst a network learns to tell an image by its " +
        "company.",
    },
    {
      heading: "What batch renorm does, and when not to use it",
      text:
        "Batch renorm (Ioffe, 2017) corrects the batch’s output toward that of the running statistics: times " +
        "<var>r</var>, plus <var>d</var>, within limits that open over a warm-up. Where batches are large " +
        "and random it changes nothing, and where running statistics jump it has no goal to correct to.",
    },
  ],
  further: {
    heading: "Where to go on",
    guide: "The guide",
    guideText: "Batch renorm in nine short sections, with code that runs.",
    experiment: "The experiment",
    experimentText: "72 whole trainings, four norms, and where batch renorm fails.",
    tensorflow: "TensorFlow.js",
    tensorflowText: "The layers that train on this page, from the first line on.",
    model: "Your own model",
    modelText: "Its norms and their statistics, and the model converted: drop a file.",
    measure: "Measure this device",
    measureText: "Our kernels on your graphics card, beside TensorFlow.js.",
    code: "In your own code, in place of <code>tf.layers.batchNormalization()</code>:",
  },
  footer:
    "The digits: Optical Recognition of Handwritten Digits, E. Alpaydin and C. Kaynak, UCI 1998, CC BY 4.0. " +
    "The method: S. Ioffe, Batch Renormalization, 2017. Nothing on this page leaves your browser.",
};

/** What a language has to say. */
export type Texts = typeof en;

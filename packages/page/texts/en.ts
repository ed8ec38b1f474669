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
    "Two small networks learn to read handwritten digits while you watch. They start alike and see " +
    "the same images; only their norm differs. One of them will read nearly everything in training " +
    "and be of little use afterwards.",
  begin: "Watch them learn",
  beginText:
    "300 steps show it: seconds on a fast computer, minutes on a slow one. Nothing leaves your browser.",
  unscripted:
    "The experiment is missing, since the page’s script has not started. It needs JavaScript, and a web " +
    "server for its files: <code>deno task web</code>, or any host. Opened as a file, it is only this text.",
  explanation: [
    {
      heading: "What batch norm does",
      text:
        "Between its layers a network with batch norm puts every channel, each a feature that it looks " +
        "for, on one scale: it subtracts the mean and divides by the standard deviation of the batch, the " +
        "few images of one training step. So in training, what the network makes of an image depends on " +
        "which other images are in its batch. At inference, when the trained network is used, there is no " +
        "batch. Then batch norm takes running statistics instead, averages that it gathered in training.",
    },
    {
      heading: "Where that goes wrong",
      text:
        "In large batches drawn at random the two are nearly the same. In batches of a few images, or " +
        "sorted by class, by user or by time, they are not: the network is trained with one normalisation " +
        "and used with another. At worst it learns to tell an image by its company. Below, every batch " +
        "shows a single digit.",
    },
    {
      heading: "What batch renorm does",
      text:
        "Batch renorm (Ioffe, 2017) corrects what the batch gave toward what the running statistics would " +
        "give: it multiplies by <var>r</var> and adds <var>d</var>. Early in training the running " +
        "statistics mean little, so both are kept within limits, <var>rmax</var> and <var>dmax</var>, " +
        "that open over a warm-up. With the limits shut this is batch norm; with them open, training " +
        "computes what inference will compute.",
    },
  ],
  formula: {
    batch: "batch",
    running: "running",
    label:
      "r is the deviation of the batch over the running deviation; d is the mean of the batch minus " +
      "the running mean, over the running deviation. The output is gamma times (z times r plus d) plus " +
      "beta.",
    text: "<var>z</var> is what batch norm computes; <var>γ</var> and <var>β</var> are learned.",
  },
  company: {
    training: "In training",
    trainingText: "by the statistics of its batch",
    use: "At inference",
    useText: "by the running statistics",
  },
  norms: ["Batch norm", "Batch renorm"] as [string, string],
  trainingMode: "training mode",
  evalMode: "eval mode, as at inference",
  experiment: {
    heading: "The experiment",
    text:
      "Press start and watch the first pair of charts. Dashed is the accuracy of a network in training " +
      "mode, solid that at inference; the shaded gap between them is what batch renorm is about.",
  },
  toolbar: {
    label: "Training",
    start: "Start",
    pause: "Pause",
    step: "One step",
    reset: "Reset",
    stepLabel: "step",
    atInference: "accuracy at inference",
  },
  status: {
    loading: "Loading TensorFlow.js …",
    ready: "Ready.",
    running: (speed: string, step: string, time: string) =>
      `Training, ${speed} steps a second; step ${step} in about ${time}.`,
    paused: "Paused.",
    long: (step: string) => `Paused by itself after ${step} steps; start goes on.`,
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
    spoken: (step: string, batchNorm: string, batchRenorm: string) =>
      `Step ${step}. Accuracy at inference: batch norm ${batchNorm}, batch renorm ${batchRenorm}.`,
    started: "Training.",
    reset: "Back at step 0.",
  },
  backend: {
    webgpu: (adapter: string) =>
      adapter === "" ? "Runs on WebGPU." : `Runs on WebGPU, adapter ${adapter}.`,
    cpu: "Runs on the CPU.",
    reasons: {
      "no WebGPU":
        "Runs on the CPU, since this browser has no WebGPU: slower, but it shows the same.",
      "no adapter":
        "Runs on the CPU, since the browser gives no WebGPU adapter: slower, but it shows the same.",
      "software adapter":
        "Runs on the CPU, which is faster here: the browser has WebGPU in software only.",
      "no https":
        "Runs on the CPU, since browsers give WebGPU to https alone: slower, but it shows the same.",
      "backend failed":
        "Runs on the CPU, since TensorFlow.js could not start on WebGPU: slower, but it shows the same.",
    },
  },
  settings: {
    heading: "Settings",
    text: "A change starts a new run. The address holds all of them, so a link repeats the run.",
    summary: (drawing: string, batchSize: string, others: string) =>
      `${drawing}, batches of ${batchSize}, ${others}`,
    order: {
      label: "Order of the images",
      atRandom: "at random",
      classByClass: "class by class",
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
      another: "Another",
      wrong: (most: string, stays: string) =>
        `A seed is a whole number from 0 to ${most}; it stays ${stays}.`,
    },
    backend: {
      label: "Compute on",
      help: "WebGPU where the browser has it, otherwise the CPU.",
      options: { auto: "automatic", webgpu: "WebGPU", cpu: "CPU" },
    },
    defaults: "Defaults",
    copy: "Copy link to this run",
    copied: "Link copied.",
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
    },
  },
  batch: {
    heading: "The batch they learn from now",
    none: "No step yet.",
    text: (digits: string) => `It shows: ${digits}`,
  },
  accuracy: {
    heading: "Accuracy",
    text:
      "How many of about 200 digits that neither network learns from are read right, in two ways: in " +
      "training mode, among a batch of the kind that is trained on, and at inference, each by itself. Look " +
      "at the gap; where there is none, the solid line covers the dashed one.",
    reading: (step: string, training: string, inference: string) =>
      `Step ${step}: ${training} in training mode, ${inference} at inference.`,
  },
  loss: {
    heading: "Loss",
    text:
      "The mean cross entropy on the same digits: how sure a network is of the wrong answer counts too. " +
      "In training mode batch norm's loss falls as it should. At inference it stays high or rises, and nothing " +
      "in training tells.",
    reading: (step: string, training: string, inference: string) =>
      `Step ${step}: ${training} in training mode, ${inference} at inference.`,
  },
  misread: {
    heading: "What is misread at inference",
    text:
      "The first 24 digits that a network reads wrong when each stands by itself: what it shows → what is read.",
    reading: (wrong: string, count: string) => `${wrong} of ${count} misread.`,
    picture: (label: number, told: number | null) =>
      told === null ? `${label} not read at all` : `${label} read as ${told}`,
    none: "No digit is told: its scores are not numbers.",
    common: (told: number, share: string) => `${share} of these are read as ${told}.`,
  },
  layer: {
    heading: "Inside a norm layer",
    text:
      "Each network has two norm layers, of 16 and 32 channels. Choose what the three pairs of charts " +
      "below look into.",
    layer: "Layer",
    channel: "Channel",
  },
  correction: {
    r: {
      heading: "r: how far the scale of batches is off",
      text:
        "Deviation of the batch over running deviation, for all channels of the layer. The band holds the " +
        "middle 90%, the line is the median, dotted are the limits. With batch norm the scale is off as " +
        "well, and stays uncorrected.",
    },
    d: {
      heading: "d: how far the mean of batches is off",
      text:
        "Mean of the batch minus running mean, in running deviations. Class by class this is what gives the " +
        "digit away to batch norm. During the warm-up the dotted limits open, and batch renorm takes it out.",
    },
    reading: (low: string, high: string, median: string) =>
      `Last steps: middle 90% from ${low} to ${high}, median ${median}.`,
    limits: (low: string, high: string, clipped: string) =>
      `Limits ${low} to ${high}, ${clipped} clipped.`,
    fixed: "Batch norm corrects none of it.",
  },
  channel: {
    heading: "One channel, step by step",
    text:
      "The last 100 steps of the chosen channel. A dot is the mean of a batch and its whisker the " +
      "deviation; line and band are the running mean and deviation. Class by class the dots jump with " +
      "the digit, and the line goes through their middle.",
    reading: (batch: string, running: string) => `Batch ${batch}; running ${running}.`,
    moments: (mean: string, deviation: string) => `${mean} ± ${deviation}`,
  },
  legend: {
    band: "middle 90%",
    median: "median",
    limit: "limit",
    batch: "batch",
    running: "running",
  },
  waiting: "Nothing yet: press start.",
  table: {
    summary: "The numbers as a table",
    step: "Step",
    accuracy: "accuracy",
    loss: "loss",
  },
  presets: {
    heading: "What to try",
    text: "Each of these sets the controls and starts.",
    list: [
      {
        address: "batch=4&order=class",
        name: "Class by class, batches of 4",
        text: "How this page starts. Batch norm tells digits by their company.",
      },
      {
        address: "batch=4&order=class&rmax=1&dmax=0",
        name: "Limits shut: rmax 1, dmax 0",
        text: "Batch renorm is batch norm now: both columns agree to the last digit.",
      },
      {
        address: "batch=4&order=class&rmax=1.1&dmax=0.1",
        name: "Tight limits: rmax 1.1, dmax 0.1",
        text:
          "Batch renorm may correct a little. The gap is narrower, and the dotted limits run through " +
          "the bands of r and d.",
      },
      {
        address: "batch=32&order=random&rate=0.15",
        name: "At random, batches of 32",
        text:
          "What batch norm was made for. After 300 steps both have about 95% at inference; until then the " +
          "running statistics lag behind.",
      },
      {
        address: "batch=1&order=class&rate=0.04",
        name: "Batches of one image",
        text:
          "A channel's statistics have its 64 pixels and no more. Batch renorm learns more slowly, but it " +
          "learns what is used.",
      },
      {
        address: "batch=4&order=class&momentum=1",
        name: "Momentum 1",
        text:
          "The running statistics are those of the last batch, of another digit every time. Batch renorm " +
          "corrects toward a goal that jumps, and learns badly.",
      },
    ],
  },
  further: {
    heading: "Where to go on",
    guide: "The guide",
    guideText: "Batch renorm in nine short sections, with code that runs.",
    experiment: "The experiment",
    experimentText: "72 whole trainings, four norms, and where batch renorm fails.",
    tensorflow: "TensorFlow.js",
    tensorflowText: "The layers that train on this page, from the first line on.",
    code: "In your own code, in place of <code>tf.layers.batchNormalization()</code>:",
  },
  footer:
    "The digits: Optical Recognition of Handwritten Digits, E. Alpaydin and C. Kaynak, UCI 1998, CC BY 4.0. " +
    "The method: S. Ioffe, Batch Renormalization, 2017. Nothing on this page leaves your browser.",
};

/** What a language has to say. */
export type Texts = typeof en;

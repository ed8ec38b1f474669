/**
 * Uniforms for steps that are recorded ahead. All `writeBuffer` calls before a submit are seen by
 * every pass of it, so each step whose numbers differ takes a slot of its own. While the numbers stay
 * the same a step writes nothing.
 */
/** Bytes from slot to slot: the largest alignment that a dynamic offset may need. */
const slotSize = 256;

/** Slots at first: steps that may be recorded before any of them is submitted. */
const firstSlots = 256;

/** A place in the buffer and what was written there. */
export interface UniformSlot {
  /** Where it begins, in bytes. */
  readonly offset: number;
  readonly words: Uint32Array;
  /** How many writes there were before. */
  readonly write: number;
}

/** Hands out slots of a uniform buffer. */
export class UniformRing {
  readonly #device: GPUDevice;
  readonly #label: string;
  readonly #retired: GPUBuffer[] = [];
  #buffer: GPUBuffer;
  #slots = firstSlots;
  #writes = 0;
  #encoder: WeakRef<GPUCommandEncoder> | null = null;
  /** The first write that a slot of the encoder holds, which may be older than the encoder. */
  #firstOfEncoder = 0;

  constructor(device: GPUDevice, label: string) {
    this.#device = device;
    this.#label = label;
    this.#buffer = this.#createBuffer();
  }

  /** The buffer of the slots handed out now; another one after it has grown. */
  get buffer(): GPUBuffer {
    return this.#buffer;
  }

  /** Sees to it that the slots recorded into one encoder do not come round again within it. */
  beginStep(encoder: GPUCommandEncoder, slots: number): void {
    if (this.#encoder?.deref() !== encoder) {
      this.#encoder = new WeakRef(encoder);
      this.#firstOfEncoder = this.#writes;
    }
    const needed = this.#writes - this.#firstOfEncoder + slots;
    if (needed <= this.#slots) return;
    while (needed > this.#slots) this.#slots *= 2;
    // What is recorded already still reads the old buffer.
    this.#retired.push(this.#buffer);
    this.#buffer = this.#createBuffer();
    this.#writes = 0;
    this.#firstOfEncoder = 0;
  }

  /** A slot with these words: `last` of this buffer while it holds them, else one that is written now. */
  slot(last: UniformSlot | undefined, words: Uint32Array<ArrayBuffer>): UniformSlot {
    // One that is about to come round again would be overwritten under a later step.
    const isFresh = last && this.#writes - last.write < this.#slots / 2;
    if (isFresh && last.words.every((word, i) => word === words[i])) {
      this.#firstOfEncoder = Math.min(this.#firstOfEncoder, last.write);
      return last;
    }
    const offset = this.#writes % this.#slots * slotSize;
    this.#device.queue.writeBuffer(this.#buffer, offset, words);
    return { words, offset, write: this.#writes++ };
  }

  /** Frees all buffers. */
  destroy(): void {
    for (const buffer of [this.#buffer, ...this.#retired]) buffer.destroy();
  }

  #createBuffer(): GPUBuffer {
    return this.#device.createBuffer({
      label: `${this.#label} uniforms`,
      size: this.#slots * slotSize,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
  }
}

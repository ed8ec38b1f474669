/**
 * Uniforms for steps that are recorded ahead. All `writeBuffer` calls before a submit are seen by
 * every pass of it, and nothing tells when a pass was submitted: so a slot is written once and
 * never again. While the numbers of a step stay the same it goes on with the slot it has.
 */
/** Bytes from slot to slot: the largest alignment that a dynamic offset may need. */
const slotSize = 256;

/** Slots of a buffer, at least. */
const slotsOfBuffer = 256;

/** A place in the buffer and what was written there. */
export interface UniformSlot {
  /** Where it begins, in bytes. */
  readonly offset: number;
  readonly words: Uint32Array;
}

/** Hands out slots of uniform buffers. */
export class UniformSlots {
  readonly #device: GPUDevice;
  readonly #label: string;
  /** Full buffers. Passes that are not submitted yet keep them alive, and nothing else does. */
  #full: WeakRef<GPUBuffer>[] = [];
  #buffer: GPUBuffer;
  #slots = slotsOfBuffer;
  #used = 0;

  constructor(device: GPUDevice, label: string) {
    this.#device = device;
    this.#label = label;
    this.#buffer = this.#createBuffer();
  }

  /** The buffer of the slots handed out now; another one when it is full. */
  get buffer(): GPUBuffer {
    return this.#buffer;
  }

  /** Sees to it that a step of so many slots has them in one buffer. */
  beginStep(slots: number): void {
    if (this.#used + slots <= this.#slots) return;
    this.#full = [...this.#full.filter((full) => full.deref()), new WeakRef(this.#buffer)];
    this.#slots = Math.max(slotsOfBuffer, slots);
    this.#used = 0;
    this.#buffer = this.#createBuffer();
  }

  /**
   * A slot with these words: `last` of this buffer if it holds them, else one that is written now.
   */
  slot(last: UniformSlot | undefined, words: Uint32Array<ArrayBuffer>): UniformSlot {
    if (last?.words.every((word, i) => word === words[i])) return last;
    const offset = this.#used++ * slotSize;
    this.#device.queue.writeBuffer(this.#buffer, offset, words);
    return { words, offset };
  }

  /** Frees all buffers. */
  destroy(): void {
    for (const buffer of [this.#buffer, ...this.#full.map((full) => full.deref())]) {
      buffer?.destroy();
    }
  }

  #createBuffer(): GPUBuffer {
    return this.#device.createBuffer({
      label: `${this.#label} uniforms`,
      size: this.#slots * slotSize,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
  }
}

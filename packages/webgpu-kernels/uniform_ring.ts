/**
 * Uniforms for steps that are recorded ahead. All `writeBuffer` calls before a submit are seen by
 * every pass of it, so each step whose numbers differ takes a slot of its own. While the numbers stay
 * the same a step writes nothing.
 */
/** Bytes from slot to slot: the largest alignment that a dynamic offset may need. */
const slotSize = 256;

/** Slots at first: steps that may be recorded before any of them is submitted. */
const firstSlots = 256;

interface Slot {
  readonly words: Uint32Array;
  readonly offset: number;
  readonly write: number;
}

/** Hands out slots of a uniform buffer. */
export class UniformRing {
  readonly #device: GPUDevice;
  readonly #label: string;
  readonly #roles = new Map<string, Slot>();
  readonly #retired: GPUBuffer[] = [];
  #buffer: GPUBuffer;
  #slots = firstSlots;
  #writes = 0;
  #encoder: WeakRef<GPUCommandEncoder> | null = null;
  #writesOfEncoder = 0;

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
      this.#writesOfEncoder = 0;
    }
    if (this.#writesOfEncoder + slots <= this.#slots) return;
    while (this.#writesOfEncoder + slots > this.#slots) this.#slots *= 2;
    // What is recorded already still reads the old buffer.
    this.#retired.push(this.#buffer);
    this.#buffer = this.#createBuffer();
    this.#roles.clear();
    this.#writes = 0;
  }

  /** The offset of a slot with these words, written unless the role's last one still holds them. */
  slot(role: string, words: Uint32Array<ArrayBuffer>): number {
    const last = this.#roles.get(role);
    // A slot that is about to come round again would be overwritten under a later step.
    const fresh = last && this.#writes - last.write < this.#slots / 2;
    if (fresh && last.words.every((word, i) => word === words[i])) return last.offset;
    const offset = this.#writes % this.#slots * slotSize;
    this.#device.queue.writeBuffer(this.#buffer, offset, words);
    this.#roles.set(role, { words, offset, write: this.#writes });
    this.#writes++;
    this.#writesOfEncoder++;
    return offset;
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

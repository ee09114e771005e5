interface Dependencies {
  readonly onError: (error: unknown) => void
}

/** What a worker does in addition to report steps. */
export class BackgroundWork {
  readonly #deps: Dependencies
  readonly #timers: NodeJS.Timeout[] = []
  readonly #running = new Set<Promise<void>>()
  #isStopping = false

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** Skips an interval while the work is still running. */
  repeat(milliseconds: number, work: () => Promise<unknown>): void {
    let isRunning = false
    const timer = setInterval(async () => {
      if (isRunning) return
      isRunning = true
      await this.start(work)
      isRunning = false
    }, milliseconds)
    this.#timers.push(timer)
  }

  /** Reports errors instead of throwing them. */
  async start(work: () => Promise<unknown>): Promise<void> {
    if (this.#isStopping) return
    const running = work().then(
      () => undefined,
      error => this.#deps.onError(error),
    )
    this.#running.add(running)
    await running
    this.#running.delete(running)
  }

  get inProgress(): readonly Promise<void>[] {
    return [...this.#running]
  }

  /** Starts nothing more. */
  stop(): void {
    this.#isStopping = true
    this.#timers.forEach(clearInterval)
  }
}

import type { Outcome } from '../tally.ts'

const printLine = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

/** Maximum seconds without output. */
const maxSilentSeconds = 8

export class TestReport {
  readonly count = { passed: 0, failed: 0, skipped: 0 }
  readonly skips: Outcome[] = []
  readonly #failures: Outcome[] = []
  readonly #start = Date.now()
  #ticker: NodeJS.Timeout | undefined
  #lastOutputAt = Date.now()

  /** @param begun files whose tests have started. */
  begin(files: readonly string[], begun: ReadonlySet<string>): void {
    const totalWeight = weightOf(files)
    const tick = () => {
      if (Date.now() - this.#lastOutputAt < maxSilentSeconds * 1000) return
      const share = weightOf(begun) / totalWeight
      const seconds = (Date.now() - this.#start) / 1000
      const minutes = Math.max(1, Math.ceil((seconds / share - seconds) / 60))
      const left = share > 0.05 ? `, about ${minutes} min left` : ''
      this.print(`${begun.size}/${files.length} files${left}`)
    }
    this.#ticker = setInterval(tick, 500)
    this.#ticker.unref()
  }

  print(text: string): void {
    this.#lastOutputAt = Date.now()
    printLine(text)
  }

  add(outcome: Outcome): void {
    this.count[outcome.kind] += 1
    if (outcome.kind === 'skipped') this.skips.push(outcome)
    if (outcome.kind !== 'failed') return
    this.#failures.push(outcome)
    this.print(`✘ ${outcome.names.join(' › ')}`)
  }

  fail(name: string, reason: string): void {
    this.add({ kind: 'failed', names: [name], reason })
  }

  end(): void {
    clearInterval(this.#ticker)
    for (const { names, reason } of this.#failures)
      printLine(`\n✘ ${names.join(' › ')}\n${reason.replace(/^/gm, '    ')}`)
    const reasons = Map.groupBy(this.skips, skip => skip.reason)
    for (const [reason, skips] of reasons) {
      printLine(`\nSkipped: ${reason}`)
      for (const { names } of skips.slice(0, 5)) printLine(`    ${names.join(' › ')}`)
      if (skips.length > 5) printLine(`    and ${skips.length - 5} more`)
    }
    const { passed, failed, skipped } = this.count
    printLine(`\nTook ${formatDuration((Date.now() - this.#start) / 1000)}.`)
    printLine(`${passed} passed, ${failed} failed, ${skipped} skipped`)
  }
}

/** Rough weight of files: those that start the product and a browser take longest. */
const weightOf = (files: Iterable<string>): number =>
  [...files].reduce((all, file) => all + (/^test\/(journeys|process|proofs|views)\//.test(file) ? 10 : 1), 0)

const formatDuration = (seconds: number): string =>
  seconds < 90 ? `${Math.round(seconds)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`

import type { Cell } from '../cell.ts'

/** Deviations from the cell in the fault table; empty when all is as documented. */
export class Findings {
  readonly all: string[] = []

  check(isCorrect: boolean, describe: () => string): void {
    if (!isCorrect) this.all.push(describe())
  }

  equal(actual: unknown, expected: unknown, label: string): void {
    this.check(actual === expected, () => `${label}: ${String(actual)} instead of ${String(expected)}`)
  }

  /** @param part may contain placeholders such as `{rows}`. */
  contains(text: string, part: string, label: string): void {
    const pattern = part
      .split(/\{\w+\}/)
      .map(piece => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('\\S.*')
    this.check(new RegExp(pattern).test(text), () => `${label}: “${text}” without “${part}”`)
  }

  /** Each wait may be at most a fifth longer than planned. */
  waits(actual: readonly number[], expected: Cell['plan']['waits']): void {
    const isRight =
      actual.length === expected.length &&
      expected.every((wait, index) => {
        const actualWait = actual[index] ?? -1
        return actualWait >= wait && actualWait <= wait * 1.2
      })
    this.check(isRight, () => `waits: ${actual.join(', ')} instead of ${expected.join(', ')}`)
  }
}

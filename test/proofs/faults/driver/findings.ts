import type { Cell } from '../cell.ts'

/** Deviations of a cell from its row; empty when all is as documented. */
export class Findings {
  readonly all: string[] = []

  check(is: boolean, fallback: () => string): void {
    if (!is) this.all.push(fallback())
  }

  equal(found: unknown, wanted: unknown, what: string): void {
    this.check(found === wanted, () => `${what}: ${String(found)} instead of ${String(wanted)}`)
  }

  /** @param part may contain placeholders such as `{rows}`. */
  contains(text: string, part: string, what: string): void {
    const pattern = part
      .split(/\{\w+\}/)
      .map(piece => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('\\S.*')
    this.check(new RegExp(pattern).test(text), () => `${what}: “${text}” without “${part}”`)
  }

  /** At most a fifth longer than planned. */
  waits(found: readonly number[], wanted: Cell['plan']['waits']): void {
    const isRight =
      found.length === wanted.length &&
      wanted.every((wait, index) => {
        const actual = found[index] ?? -1
        return actual >= wait && actual <= wait * 1.2
      })
    this.check(isRight, () => `waits: ${found.join(', ')} instead of ${wanted.join(', ')}`)
  }
}

import type { TestProduct } from '../support/product/test-product.ts'

/** Advances our clock and Amazon's. */
export function advanceClocks({ clock, sandbox }: TestProduct, milliseconds: number): void {
  clock.advance(milliseconds)
  const { clockOffsetSeconds } = sandbox.controls.switches()
  sandbox.controls.set({ clockOffsetSeconds: clockOffsetSeconds + milliseconds / 1000 })
}

export const moveClocksTo = (product: TestProduct, date: Date): void =>
  advanceClocks(product, date.getTime() - product.clock.now().getTime())

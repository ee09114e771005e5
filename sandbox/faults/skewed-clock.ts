import { AsyncLocalStorage } from 'node:async_hooks'

const skews = new AsyncLocalStorage<number>()

/** Milliseconds by which the responding server's clock is off in this call. */
export const skewNow = (): number => skews.getStore() ?? 0

export const withSkew = (milliseconds: number, answer: () => void): void => skews.run(milliseconds, answer)

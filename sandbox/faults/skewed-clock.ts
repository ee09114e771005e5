import { AsyncLocalStorage } from 'node:async_hooks'

const skews = new AsyncLocalStorage<number>()

/** How far the clock of the server that answers this very call is off, in milliseconds. */
export const skewNow = (): number => skews.getStore() ?? 0

/** Answers a call by a clock that is off. */
export const withSkew = (milliseconds: number, answer: () => void): void => skews.run(milliseconds, answer)

import { seed } from '../support/seed.ts'

/** Repetitions of a long proof: a share in `npm test`, all in `npm run prove`. */
export function counts(share: number, full: number): { count: number; seed: number } {
  const isFull = process.env['PROVE'] === 'full'
  return { count: isFull ? full : share, seed }
}

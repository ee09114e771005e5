import { seed } from '../support/seed.ts'

/** Returns a long proof's number of repetitions: a sample in `npm test`, all in `npm run prove`. */
export function repetitions(sample: number, full: number): { count: number; seed: number } {
  const isFull = process.env['PROVE'] === 'full'
  return { count: isFull ? full : sample, seed }
}

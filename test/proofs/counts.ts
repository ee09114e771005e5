import { seed } from '../support/seed.ts'

/** How often a long proof is repeated: a share in `npm test`, in full with `npm run prove`. */
export function counts(share: number, full: number): { count: number; seed: number } {
  const isFull = process.env['PROVE'] === 'full'
  return { count: isFull ? full : share, seed }
}

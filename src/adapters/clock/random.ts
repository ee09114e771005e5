import { RandomSource } from '../../application/ports.ts'

export class SystemRandom extends RandomSource {
  next(): number {
    return Math.random()
  }
}

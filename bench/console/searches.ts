import { setTimeout as sleep } from 'node:timers/promises'
import { randomNumbers, shuffled } from '../../test/support/seed.ts'
import type { Reader } from '../pages/reader.ts'
import { answerTo, kinds, type Question, tenthPage } from './questions.ts'
import type { SeededCases } from './seeded-cases.ts'

/** Fixed, so that each run asks the same questions in the same order. */
export const seed = 1

export interface ExpectedSearch {
  readonly kind: string
  readonly path: string
  /** Expected case ids, in order. */
  readonly answer: readonly string[]
}

/** Milliseconds by kind of question. */
export type Times = ReadonlyMap<string, readonly number[]>

export const withTotal = (times: Times): Times =>
  new Map([...times, ['all searches', [...times.values()].flat()]])

/** Draws questions, always the same ones for the same crowd. */
export function drawSearches(crowd: SeededCases, count: number): ExpectedSearch[] {
  const roll = randomNumbers(seed)
  return Object.entries(kinds).flatMap(([kind, drawQuestion]) =>
    Array.from({ length: count }, (_, index) => {
      const question = drawQuestion(crowd, roll)
      return expectedSearch(crowd, kind, index % 3 === 2 ? tenthPage(crowd, question) : question)
    }),
  )
}

const expectedSearch = (crowd: SeededCases, kind: string, question: Question): ExpectedSearch => ({
  kind,
  path: `/admin/cases?${new URLSearchParams(question.query)}`,
  answer: answerTo(crowd, question).map(({ id }) => id),
})

/** Each agent asks the next question after the answer and a short pause. @returns milliseconds. */
export async function measureAgents(
  agents: readonly Reader[],
  questions: readonly ExpectedSearch[],
  { rounds, pause }: { readonly rounds: number; readonly pause: number },
): Promise<Times> {
  const roll = randomNumbers(seed)
  const times = emptyTimes(questions)
  const remaining = Array.from({ length: rounds }, () => shuffled(questions, roll)).flat()
  await Promise.all(
    agents.map(async agent => {
      for (let each = remaining.pop(); each; each = remaining.pop()) {
        times.get(each.kind)?.push(await runSearch(agent, each))
        await sleep(pause * (0.5 + roll()))
      }
    }),
  )
  return times
}

export const emptyTimes = (questions: readonly ExpectedSearch[]): Map<string, number[]> =>
  new Map(questions.map(({ kind }) => [kind, []]))

/** @returns milliseconds. @throws {Error} when the cases or their order are wrong. */
export async function runSearch(agent: Reader, { kind, path, answer }: ExpectedSearch): Promise<number> {
  const { body, milliseconds } = await agent.get(path)
  const found = [...body.matchAll(/class="cases__user" href="\/admin\/cases\/([^"]+)"/g)].map(([, id]) => id)
  if (found.join() !== answer.join())
    throw new Error(`${kind}: ${path} has ${found.length} cases instead of the ${answer.length} that match`)
  return milliseconds
}

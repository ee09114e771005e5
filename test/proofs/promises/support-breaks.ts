import type { Break } from './breaks.ts'

const journeys = 'test/journeys'

/** What an agent presses in the console: its keys, and the tools that a case leads to. */
export const supportBreaks: readonly Break[] = [
  {
    promise: 'S-40',
    what: 'letters that are typed into the search act as keys',
    file: 'views/assets/console.js',
    find: '!areOn.checked || isTyping(event) || event.ctrlKey',
    put: '!areOn.checked || event.ctrlKey',
    tests: [`${journeys}/console-keyboard.test.ts`],
    named: 'an agent finds and opens a case without a mouse',
    needsChromium: true,
  },
  {
    promise: 'S-40',
    what: 'single keys act although they are turned off',
    file: 'views/assets/console.js',
    find: 'if (!act || !areOn.checked || ',
    put: 'if (!act || ',
    tests: [`${journeys}/console-keyboard.test.ts`],
    named: 'the keys are listed on every page',
    needsChromium: true,
  },
  {
    promise: 'S-43',
    what: 'a link to a tool leaves it closed, and one click more is needed',
    file: 'views/assets/console.js',
    find: '  tool.open = true\n',
    put: '',
    tests: [`${journeys}/support-cases-choice.test.ts`],
    named: 'the wrong Amazon account was allowed',
    needsChromium: true,
  },
  {
    promise: 'S-43',
    what: 'support is not told that an admin can change a plan',
    file: 'src/adapters/fastify/console/case-pages.ts',
    find: 'administers(by.role)) return { href: null }',
    put: 'administers(by.role)) return null',
    tests: [`${journeys}/support-cases-ours.test.ts`],
    named: 'a plan that has lapsed',
    needsChromium: true,
  },
]

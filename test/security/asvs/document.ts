import { chapters } from './chapters.ts'
import { type Level, requiredLevels } from './levels.ts'
import type { Chapter, Proof, Requirement } from './requirement.ts'

const statuses = ['met', 'not applicable', 'not met'] as const

const headingLink = ({ document, heading }: Extract<Proof, { document: string }>): string => {
  const anchor = heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .replaceAll(' ', '-')
  return `[${heading}](${document.replace(/^docs\//, '')}#${anchor})`
}

const proofText = (proof: Proof): string =>
  'document' in proof ? headingLink(proof) : `\`${proof.file}\`: ${proof.test}`

const textOf = (requirement: Requirement): string => {
  if (requirement.status === 'met') return requirement.control
  return requirement.status === 'not met' ? requirement.plan : requirement.reason
}

const cell = (text: string): string => text.replaceAll('|', '\\|')

function rowOf([id, requirement]: [string, Requirement]): string {
  const proofs = requirement.status === 'met' ? requirement.proofs.map(proofText) : ['–']
  const status = requirement.status === 'not met' ? '**not met**' : requirement.status
  const level = requiredLevels.get(id)
  return `| ${id} | ${level} | ${status} | ${cell(textOf(requirement))} | ${cell(proofs.join('<br>'))} |`
}

const sectionOf = ({ title, requirements }: Chapter, at: number): string =>
  [
    `## V${at + 1} ${title}`,
    '',
    '| id | level | status | control, reason or plan | proof |',
    '|---|---|---|---|---|',
    ...Object.entries(requirements).map(rowOf),
  ].join('\n')

function countsTable(): string {
  const all = chapters.flatMap(({ requirements }) => Object.entries(requirements))
  const levels: readonly Level[] = [1, 2, 3]
  const count = (level: Level | null, status: Requirement['status']): number =>
    all.filter(([id, each]) => each.status === status && (level === null || requiredLevels.get(id) === level))
      .length
  const row = (name: string, level: Level | null): string =>
    `| ${[name, ...statuses.map(status => count(level, status))].join(' | ')} |`
  return [
    `| level | ${statuses.join(' | ')} |`,
    '|---|---|---|---|',
    ...levels.map(level => row(String(level), level)),
    row('all', null),
  ].join('\n')
}

export const asvsDocument = (): string =>
  `${[
    '# OWASP ASVS 5.0',
    '<!-- Generated from test/security/asvs: do not edit. -->',
    'For auditors and everyone who changes security: each requirement of OWASP ASVS 5.0.0, and the test or document that proves it. The document covers Levels 1 and 2 of all chapters, and Level 3 of V6, V7, V8, V10 and V16. The texts are ours; the [standard](https://github.com/OWASP/ASVS) defines each id.',
    'After a change in `test/security/asvs`, run `npm run docs:security`. `test/security/asvs.test.ts` checks that each required id is here once, and that each named test and heading exists.',
    countsTable(),
    ...chapters.map(sectionOf),
  ].join('\n\n')}\n`

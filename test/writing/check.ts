import { checkProject } from './words.ts'

/** `npm run words`: fails when a text has a word to avoid, or an exception is no longer needed. */
const { findings, unused } = checkProject()
const lines = [
  ...findings.map(({ file, line, word, write }) => `${file}:${line} “${word}”: write ${write}.`),
  ...unused.map(({ file, text }) => `${file}: the exception “${text}” is no longer needed.`),
]
if (lines.length > 0) {
  process.stderr.write(
    `${lines.join('\n')}\n${lines.length} places. The list is docs/product/words-to-avoid.json.\n`,
  )
  process.exitCode = 1
}

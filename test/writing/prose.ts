import { extname } from 'node:path'

export interface Passage {
  readonly text: string
  /** From 1. */
  readonly line: number
}

/** Comments, strings and regular expressions in one pattern, so that a comment sign inside a string starts no comment. */
const tokens =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[\s\S])*`|(?<=[(,=:[!&|?{};\n]\s*)\/(?![/*])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[dgimsuvy]*/g
const sentence = /[A-Za-z’,.:;] [A-Za-z‘]/
const sql =
  /^\W*(select|insert|update|delete|create|alter|drop|with|lock|values|grant|set|begin|commit|union|join|left|and|or|on|order by|where|from|case|returning|copy)\b/
const code = /`[^`\n]+`|\{@link[^}]+\}|\$\{[^}]*\}/g

/** Returns the parts of a file that people read: comments, sentences in strings, documents and pages. */
export function proseOf(path: string, source: string): Passage[] {
  switch (extname(path)) {
    case '.md':
      return [passage(source, blankOut(source, /^```[\s\S]*?^```|`[^`\n]+`|\]\([^)]*\)/gm), 0)]
    case '.hbs':
      return [passage(source, blankOut(source, /\{\{(?!!)[^}]*\}\}\}?|<[^>]*>/g), 0)]
    case '.txt':
    case '.html':
      return [passage(source, source, 0)]
    case '.ts':
    case '.js':
    case '.css':
      return [...source.matchAll(tokens)].flatMap(({ 0: token, index }) => {
        if (token.startsWith('/*') || token.startsWith('//'))
          return [passage(source, blankOut(token, code), index)]
        return !token.startsWith('/') && sentence.test(token) && !sql.test(token)
          ? [passage(source, unquote(blankOut(token, code)), index)]
          : []
      })
    default:
      return [...source.matchAll(/(?:^|\s)#[^\n]*|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'/g)].flatMap(
        ({ 0: token, index }) => (sentence.test(token) ? [passage(source, token, index)] : []),
      )
  }
}

const passage = (source: string, text: string, index: number): Passage => ({
  text,
  line: source.slice(0, index).split('\n').length,
})

/** Keeps line breaks, so that lines can be counted. */
const blankOut = (text: string, pattern: RegExp): string =>
  text.replace(pattern, found => found.replace(/[^\n]/g, ' '))

/** A quote before a word would look like an apostrophe. */
const unquote = (token: string): string => token.replace(/^['"`]|['"`]$/g, ' ')

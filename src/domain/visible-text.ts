/** Tabs and line breaks stay. U+2800 is blank although Unicode counts it as a symbol. */
const invisible = /[[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]--[\t\n\u200C\u200D\uFE0F]]/gv

/** Joiners shape Persian, Indian scripts and emoji, so they stay after a visible character. */
const joinersWithoutBase = /(?<=^|\s)(?:\u200C|\u200D|\uFE0F)+/gu

/** Typed text as a reader sees it. Lines end in `\n`. */
export const visibleText = (typed: string): string =>
  typed.toWellFormed().replace(/\r\n?/g, '\n').replace(invisible, '').replace(joinersWithoutBase, '').trim()

export const visibleLine = (typed: string): string => visibleText(typed).replace(/\s+/g, ' ')

const graphemes = new Intl.Segmenter()

/** An emoji, or a letter with its accents, counts as one. */
export const countVisible = (text: string): number => [...graphemes.segment(text)].length

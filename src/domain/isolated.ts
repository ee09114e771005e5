/**
 * A name in a line of plain text (a title, a mail, a sentence that holds somebody's name), so that a right-to-left one
 * turns nothing around it about: `متجر النور! — Amazon.ae` keeps its exclamation mark and its dash. Names without such
 * letters come back as they are. Whatever else in the name gives directions of its own is left out: it could reach beyond.
 * In a page's markup `<bdi>` does the same.
 */
export function isolated(name: string): string {
  const calm = name.replace(/\p{Bidi_Control}/gu, '')
  return rightToLeft.test(calm) ? `${firstStrongIsolate}${calm}${popIsolate}` : calm
}

/** The scripts in use today that are written from right to left. */
const rightToLeft =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u

const firstStrongIsolate = '\u2068'
const popIsolate = '\u2069'

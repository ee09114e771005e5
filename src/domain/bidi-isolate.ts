/** Isolates a right-to-left name in plain text. In HTML use `<bdi>`. */
export function bidiIsolate(name: string): string {
  const cleaned = name.replace(/\p{Bidi_Control}/gu, '')
  return rightToLeft.test(cleaned) ? `${firstStrongIsolate}${cleaned}${popIsolate}` : cleaned
}

const rightToLeft =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u

const firstStrongIsolate = '\u2068'
const popIsolate = '\u2069'

const style = `
  body { font: 16px/1.5 system-ui, sans-serif; margin: 0; color: #111; background: #f4f4f2 }
  .ribbon { background: #7a3e00; color: #fff; padding: .5rem 1rem; text-align: center }
  main { max-width: 44rem; margin: 2rem auto; padding: 1.5rem 2rem; background: #fff; border: 1px solid #ddd; border-radius: 8px }
  fieldset { border: 1px solid #ddd; border-radius: 6px; margin: 1rem 0 }
  label { display: block; padding: .25rem 0 }
  small { color: #555 }
  button { font: inherit; padding: .5rem 1.25rem; border-radius: 6px; border: 1px solid #888; background: #f7f7f7; cursor: pointer }
  button.main { background: #ffd814; border-color: #c7a900 }
  table { border-collapse: collapse; width: 100% }
  th, td { text-align: left; vertical-align: top; padding: .4rem .5rem .4rem 0; border-bottom: 1px solid #eee }
  input[type=text] { font: 14px ui-monospace, monospace; width: 100%; box-sizing: border-box; padding: .3rem }
  code { font-size: .9em }
`

export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${escaped(title)} – Local Amazon sandbox</title>
<style>${style}</style>
</head>
<body>
<div class="ribbon">Local Amazon sandbox – not the real Amazon; no data leaves this machine</div>
<main>
<h1>${escaped(title)}</h1>
${body}
</main>
</body>
</html>
`
}

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)
}

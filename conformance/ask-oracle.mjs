// Makes a corpus for `cargo xtask conformance`: reads pairs of schemas, one JSON object a line with `id`, `from` and `to`
// (files; `from` may be null), and writes them with the answers of Prisma's own engine, for its versions 6 and 7.
//
//   node conformance/ask-oracle.mjs ORACLE <pairs >corpus.jsonl
import fs from 'node:fs'
import path from 'node:path'
import readline from 'node:readline'
import { pathToFileURL } from 'node:url'

const { Oracle } = await import(pathToFileURL(path.join(process.argv[2], 'oracle.mjs')))
const engines = { sql: new Oracle('6.6.0'), sql7: new Oracle('7.10.0') }

for await (const line of readline.createInterface({ input: process.stdin })) {
  const pair = JSON.parse(line)
  const from = pair.from && fs.readFileSync(pair.from, 'utf8')
  const to = fs.readFileSync(pair.to, 'utf8')
  const answer = { id: pair.id, from, to }
  let refusal
  for (const [field, engine] of Object.entries(engines)) {
    const { sql, error } = await engine.diff(from === null ? 'empty' : { schema: from }, { schema: to })
    if (error) refusal = error.message ?? error.panic
    else answer[field] = sql
  }
  // Refused by one engine, a pair is asked of the other alone.
  if (answer.sql === undefined && answer.sql7 === undefined) answer.error = refusal
  console.log(JSON.stringify(answer))
}

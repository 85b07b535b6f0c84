// The studio's own tables over the local stack, as a front end keeps them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClient } from '@supabase/supabase-js'

const { API_URL, ANON_KEY, USER_TOKEN, OTHER_TOKEN } = process.env
const signedIn = (token) =>
  createClient(API_URL, ANON_KEY, { auth: { persistSession: false }, accessToken: async () => token })
const ann = signedIn(USER_TOKEN)
const ben = signedIn(OTHER_TOKEN)
const visitor = createClient(API_URL, ANON_KEY, { auth: { persistSession: false } })

async function rows(query) {
  const { data, error } = await query
  assert.equal(error, null, JSON.stringify(error))
  return data
}

test('a row is made, read with an embed, changed, counted and deleted', async () => {
  const project = { title: 'The deep sea', prompt_text: 'Why is it dark?', niche_preset: 'science' }
  const made = await rows(ann.from('projects').insert(project).select('id,title,version').single())
  const read = await rows(ann.from('projects').select('title,jobs(id,status,job_steps(step_name))').eq('id', made.id).single())
  assert.deepEqual(read, { title: 'The deep sea', jobs: [] })
  const [changed] = await rows(ann.from('projects').update({ title: 'Deeper' }).eq('id', made.id).select('title,version'))
  assert.deepEqual(changed, { title: 'Deeper', version: made.version + 1 })
  const { count } = await ann.from('projects').select('*', { count: 'exact', head: true }).in('id', [made.id])
  assert.equal(count, 1)
  assert.deepEqual(await rows(ben.from('projects').select().eq('id', made.id)), [])
  assert.deepEqual(await rows(ben.from('projects').update({ title: 'Mine' }).eq('id', made.id).select()), [])
  await rows(ann.from('projects').delete().eq('id', made.id))
  assert.deepEqual(await rows(ann.from('projects').select('id').eq('id', made.id)), [])
})

test('rows are merged, filtered twice by one column, and ordered', async () => {
  const scripts = ['one', 'two', 'three'].map((title, n) => ({ title, content: `Text ${n}`, word_count: n }))
  const made = await rows(ann.from('scripts').upsert(scripts).select('id'))
  const between = ann.from('scripts').select('title').gte('word_count', 1).lte('word_count', 2)
  assert.deepEqual(await rows(between.order('word_count', { ascending: false })), [{ title: 'three' }, { title: 'two' }])
  await rows(ann.from('scripts').delete().in('id', made.map((script) => script.id)))
})

test('a function answers; what is not granted is refused', async () => {
  const { data: profile } = await ann.from('profiles').select('id').single()
  assert.equal(await rows(ann.rpc('get_credit_balance', { p_user_id: profile.id })), 10)
  const { error, status } = await ann.from('credit_ledger').insert({ amount: 1000 })
  assert.deepEqual([status, error.code], [403, '42501'])
  assert.equal((await visitor.from('projects').select()).status, 401)
  assert.equal((await visitor.from('nothing').select()).error.code, 'PGRST205')
})

test('an origin is told what it may send and read', async () => {
  const answer = await fetch(`${API_URL}/rest/v1/projects`, {
    method: 'OPTIONS',
    headers: { Origin: 'https://studio.example', 'Access-Control-Request-Method': 'PATCH' },
  })
  assert.ok(answer.ok)
  assert.match(answer.headers.get('access-control-allow-methods'), /PATCH/)
  assert.match(answer.headers.get('access-control-allow-headers'), /prefer/i)
})

test('a repeated poll costs 304', async () => {
  const headers = { apikey: ANON_KEY, Authorization: `Bearer ${USER_TOKEN}` }
  const first = await fetch(`${API_URL}/rest/v1/projects?select=id`, { headers })
  const again = await fetch(`${API_URL}/rest/v1/projects?select=id`, {
    headers: { ...headers, 'If-None-Match': first.headers.get('etag') },
    cache: 'no-store',
  })
  assert.deepEqual([first.status, again.status], [200, 304])
})

// Every operation of the data API, asked by supabase-js as front ends ask it.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createClient } from '@supabase/supabase-js'

const { API_URL, ANON_KEY, USER_TOKEN } = process.env
const options = { db: { schema: 'library' }, auth: { persistSession: false } }
const visitor = createClient(API_URL, ANON_KEY, options)
const ann = createClient(API_URL, ANON_KEY, { ...options, accessToken: async () => USER_TOKEN })
const ids = (rows) => rows.map((row) => row.id)

async function rows(query) {
  const { data, error } = await query
  assert.equal(error, null, JSON.stringify(error))
  return data
}

describe('reading', () => {
  const books = () => visitor.from('books').select('id').order('id')
  const filters = [
    ['eq', (q) => q.eq('id', 1), [1]],
    ['neq', (q) => q.neq('id', 1), [2, 3, 4, 5]],
    ['gt', (q) => q.gt('id', 4), [5]],
    ['gte', (q) => q.gte('id', 5), [5]],
    ['lt', (q) => q.lt('id', 2), [1]],
    ['lte', (q) => q.lte('id', 1), [1]],
    ['like', (q) => q.like('title', '%Reeds'), [2, 5]],
    ['ilike', (q) => q.ilike('title', '%reeds'), [2, 5]],
    ['likeAllOf', (q) => q.likeAllOf('title', ['%Old%', '%Books']), [4]],
    ['likeAnyOf', (q) => q.likeAnyOf('title', ['%Reeds', 'On%']), [2, 3, 5]],
    ['ilikeAllOf', (q) => q.ilikeAllOf('title', ['%OLD%', '%books']), [4]],
    ['ilikeAnyOf', (q) => q.ilikeAnyOf('title', ['%reeds', 'on%']), [2, 3, 5]],
    ['match', (q) => q.filter('title', 'match', '^On'), [3]],
    ['imatch', (q) => q.filter('title', 'imatch', '^on'), [3]],
    ['is null', (q) => q.is('mood', null), [5]],
    ['not is', (q) => q.not('mood', 'is', null).gt('id', 3), [4]],
    ['isdistinct', (q) => q.filter('mood', 'isdistinct', 'calm'), [2, 3, 4, 5]],
    ['in', (q) => q.in('title', ['New Engines, Old Books', 'x']), [4]],
    ['not in', (q) => q.not('id', 'in', '(1,2,3)'), [4, 5]],
    ['contains json', (q) => q.contains('details', { pages: 60 }), [1]],
    ['containedBy range', (q) => q.containedBy('loaned', '[2024-01-01,2024-02-15)'), [2]],
    ['overlaps range', (q) => q.overlaps('loaned', '[2024-01-15,2024-03-02)'), [2, 3]],
    ['rangeLt', (q) => q.rangeLt('loaned', '[2024-02-15,2024-03-01)'), [2]],
    ['rangeGt', (q) => q.rangeGt('loaned', '[2024-01-01,2024-02-02)'), [3]],
    ['rangeGte', (q) => q.rangeGte('loaned', '[2024-03-01,2024-05-01)'), [3]],
    ['rangeLte', (q) => q.rangeLte('loaned', '[2024-01-01,2024-02-01)'), [2]],
    ['rangeAdjacent', (q) => q.rangeAdjacent('loaned', '[2024-02-01,2024-03-01)'), [2, 3]],
    ['textSearch', (q) => q.textSearch('words', 'engine & old', { config: 'english' }), [4]],
    ['textSearch plain', (q) => q.textSearch('title', 'old engines', { type: 'plain' }), [4]],
    ['textSearch phrase', (q) => q.textSearch('words', 'old books', { type: 'phrase', config: 'english' }), [4]],
    ['textSearch web', (q) => q.textSearch('words', 'engines -old', { type: 'websearch', config: 'english' }), [1]],
    ['match object', (q) => q.match({ mood: 'joyful', author_id: 1 }), [4]],
    ['or', (q) => q.or('id.eq.1,and(id.gt.1,mood.eq.tense)'), [1, 2]],
    ['json path', (q) => q.eq('details->size->>w', '10'), [1]],
  ]
  for (const [name, filter, found] of filters) {
    test(name, async () => assert.deepEqual(ids(await rows(filter(books()))), found))
  }

  test('columns, aliases, casts, json paths, computed columns', async () => {
    const [row] = await rows(
      visitor.from('people').select('called:name,born::text,address->>city,tags->0,shout').eq('id', 1),
    )
    assert.deepEqual(row, { called: 'Ada', born: '1815-12-10', city: 'London', tags: 'math', shout: 'ADA' })
  })

  test('order, limit, range', async () => {
    const priced = visitor.from('books').select('id').order('price', { ascending: false, nullsFirst: false })
    assert.deepEqual(ids(await rows(priced.order('id').limit(2))), [4, 1])
    assert.deepEqual(ids(await rows(books().range(1, 2))), [2, 3])
  })

  test('counts and head', async () => {
    for (const count of ['exact', 'planned', 'estimated']) {
      const answer = await visitor.from('books').select('*', { count, head: true })
      assert.equal(answer.error, null)
      assert.equal(typeof answer.count, 'number')
      assert.equal(answer.data, null)
    }
    const answer = await visitor.from('books').select('id', { count: 'exact' }).limit(2)
    assert.deepEqual([answer.count, answer.data.length, answer.status], [5, 2, 206])
  })

  test('single, maybeSingle, csv, explain, stripNulls', async () => {
    assert.deepEqual(await rows(visitor.from('books').select('id').eq('id', 1).single()), { id: 1 })
    assert.equal((await visitor.from('books').select('id').single()).error.code, 'PGRST116')
    assert.equal(await rows(visitor.from('books').select('id').eq('id', 99).maybeSingle()), null)
    assert.equal(await rows(visitor.from('genres').select('id,name').eq('id', 1).csv()), 'id,name\n1,science')
    assert.match(await rows(visitor.from('books').select().explain({ analyze: true })), /actual time/)
    assert.deepEqual(await rows(visitor.from('people').select('id,born').eq('id', 4).stripNulls()), [{ id: 4 }])
  })

  test('every kind of column', async () => {
    const row = await rows(visitor.from('kinds').select().eq('id', 1).single())
    assert.deepEqual(row.names, ['a,b', 'c'])
    assert.deepEqual(row.home, { street: '1 Road', city: 'Town' })
    assert.equal(row.embedding, '[1,2,3]')
    assert.equal(row.period, '[1,5)')
    assert.deepEqual(row.moods, ['calm', 'tense'])
  })

  test('another schema', async () => {
    assert.deepEqual(await rows(visitor.schema('annex').from('visitors').select()), [])
    assert.equal((await visitor.schema('vault').from('secrets').select()).error.code, 'PGRST106')
  })

  test('aggregates', async () => {
    const found = await rows(visitor.from('books').select('author_id,price.sum(),id.count()').eq('author_id', 1))
    assert.deepEqual(found, [{ author_id: 1, sum: 32.5, count: 2 }])
  })
})

describe('embedding', () => {
  test('every kind of relationship', async () => {
    const book = await rows(
      visitor
        .from('books')
        .select('author:people!books_author(name,countries(name),passports(number)),genres(name),copies(shelves(label))')
        .eq('id', 1)
        .order('label', { referencedTable: 'copies.shelves' })
        .single(),
    )
    assert.deepEqual(book.author, { name: 'Ada', countries: { name: 'United Kingdom' }, passports: { number: 'UK-1' } })
    assert.deepEqual(book.genres, [{ name: 'science' }])
    assert.equal(book.copies.length, 2)
  })

  test('itself, cycles, computed, views', async () => {
    const [marie] = await rows(visitor.from('people').select('mentor:mentor_id(name),first_book(title)').eq('id', 3))
    assert.deepEqual(marie, { mentor: { name: 'Blaise' }, first_book: { title: 'On Radiation' } })
    const [club] = await rows(
      visitor.from('clubs').select('leader:members!clubs_leader(name),members!members_club(name)').eq('id', 1),
    )
    assert.deepEqual(club.leader, { name: 'Ann' })
    const [author] = await rows(visitor.from('authors').select('recent_books(title)').eq('id', 1))
    assert.deepEqual(author.recent_books, [{ title: 'New Engines, Old Books' }])
  })

  test('itself and others by several columns', async () => {
    const chapters = visitor.from('chapters').select('title,whole:part(title),parts:chapters!part(title)')
    const found = await rows(chapters.eq('book_id', 1).lt('number', 3).order('number').order('number', { referencedTable: 'parts' }))
    assert.deepEqual(found, [
      { title: 'Wheels', whole: null, parts: [{ title: 'Cogs' }, { title: 'Cards' }] },
      { title: 'Cogs', whole: { title: 'Wheels' }, parts: [] },
    ])
    const [shelf] = await rows(visitor.from('shelves').select('copies(book_id)').eq('label', 'back'))
    assert.deepEqual(shelf, { copies: [{ book_id: 1 }] })
  })

  test('inner joins, filters, order and limits of embedded rows', async () => {
    const found = await rows(
      visitor
        .from('people')
        .select('id,books!books_author!inner(id,year)')
        .gt('books.year', 1700)
        .order('year', { referencedTable: 'books', ascending: false })
        .limit(1, { referencedTable: 'books' })
        .order('id'),
    )
    assert.deepEqual(found.map((p) => [p.id, ids(p.books)]), [[1, [4]], [2, [5]], [3, [3]]])
  })

  test('anti-joins, spreads, related order, or inside', async () => {
    const none = visitor.from('people').select('id,passports()').is('passports', null).order('id')
    assert.deepEqual(ids(await rows(none)), [2, 4])
    const spread = visitor.from('books').select('id,...people!books_author(author:name)').eq('id', 1)
    assert.deepEqual(await rows(spread), [{ id: 1, author: 'Ada' }])
    const related = visitor.from('books').select('id,people!books_author(name)').order('people(name)').order('id')
    assert.deepEqual(ids(await rows(related)), [1, 4, 2, 5, 3])
    const inside = visitor.from('people').select('books!books_author(id)').eq('id', 1)
    const [row] = await rows(inside.or('id.eq.4,id.eq.9', { referencedTable: 'books' }))
    assert.deepEqual(row.books, [{ id: 4 }])
  })
})

describe('writing', () => {
  const undone = (query) => query.rollback()

  test('insert one, many, with defaults, minimal', async () => {
    const one = ann.from('people').insert({ name: 'Eve' }).select('name').single()
    assert.deepEqual(await rows(undone(one)), { name: 'Eve' })
    const many = ann.from('people').insert([{ name: 'Eve', tags: ['x'] }, { name: 'Fay' }], { defaultToNull: false })
    assert.deepEqual(await rows(undone(many.select('name,tags'))), [
      { name: 'Eve', tags: ['x'] },
      { name: 'Fay', tags: [] },
    ])
    const minimal = await undone(ann.from('people').insert({ name: 'Eve' }, { count: 'exact' }))
    assert.deepEqual([minimal.status, minimal.count, minimal.data], [201, 1, null])
  })

  test('upsert', async () => {
    const merge = ann.from('countries').upsert([{ code: 'FR', name: 'Francia' }], { onConflict: 'code' })
    assert.deepEqual(await rows(undone(merge.select())), [{ code: 'FR', name: 'Francia' }])
    const ignore = ann.from('countries').upsert([{ code: 'FR', name: 'F' }], { ignoreDuplicates: true })
    assert.deepEqual(await rows(undone(ignore.select())), [])
  })

  test('update and delete', async () => {
    const update = ann.from('people').update({ tags: ['new'] }, { count: 'exact' }).eq('id', 1).select('id,tags')
    const answer = await undone(update)
    assert.deepEqual([answer.data, answer.count], [[{ id: 1, tags: ['new'] }], 1])
    assert.equal((await undone(ann.from('people').update({ tags: [] }).eq('id', 1))).status, 204)
    const gone = ann.from('passports').delete().eq('person_id', 1).select('number')
    assert.deepEqual(await rows(undone(gone)), [{ number: 'UK-1' }])
    assert.equal((await ann.from('people').delete()).error.code, '21000')
    assert.equal((await ann.from('people').update({ tags: [] })).error.code, '21000')
  })

  test('maxAffected', async () => {
    const { error } = await ann.from('passports').delete().gt('person_id', 0).maxAffected(1)
    assert.equal(error.code, 'PGRST124')
  })

  test('row level security', async () => {
    const note = await rows(ann.from('notes').insert({ text: 'mine' }).select().single())
    assert.deepEqual(await rows(ann.from('notes').select('text').eq('id', note.id)), [{ text: 'mine' }])
    const { error, status } = await visitor.from('notes').select()
    assert.deepEqual([status, error.code], [401, '42501'])
    assert.equal((await ann.from('notes').delete().eq('id', note.id)).status, 204)
  })

  test('errors are told as Postgres tells them', async () => {
    const { error, status } = await ann.from('countries').insert({ code: 'UK', name: 'x' })
    assert.deepEqual([status, error.code, error.details], [409, '23505', 'Key (code)=(UK) already exists.'])
    await assert.rejects(async () => await ann.from('books').select('nope').throwOnError(), { code: '42703' })
  })
})

describe('functions', () => {
  test('named arguments, defaults, variadic, json', async () => {
    assert.equal(await rows(visitor.rpc('add', { a: 1 })), 11)
    assert.equal(await rows(visitor.rpc('add', { a: 1, b: 2 }, { get: true })), 3)
    assert.equal(await rows(visitor.rpc('total', { numbers: [1, 2] })), 3)
    assert.deepEqual(await rows(visitor.rpc('echo', { any: [1] })), { any: [1] })
    assert.equal(await rows(visitor.rpc('count_of', { list: [1, 2, 3] }, { get: true })), 3)
    assert.equal(await rows(visitor.rpc('overloaded', { a: 1, b: 2 })), 'two')
  })

  test('rows with filters and embeds, scalars, void, counts', async () => {
    const books = visitor.rpc('books_of', { author: 1 }, { count: 'exact' })
    const answer = await books.select('id,genres(name)').eq('id', 1)
    assert.deepEqual([answer.data, answer.count], [[{ id: 1, genres: [{ name: 'science' }] }], 1])
    assert.deepEqual(await rows(visitor.rpc('years').limit(2)), [1670, 1843])
    assert.deepEqual(await rows(visitor.rpc('one_book', { book: 1 }).select('id')), { id: 1 })
    assert.equal((await ann.rpc('write_line', { line: 'js' })).status, 204)
    const head = await visitor.rpc('books_of', { author: 1 }, { head: true, count: 'exact' })
    assert.deepEqual([head.data, head.count], [null, 2])
    assert.equal((await visitor.rpc('nothing')).error.code, 'PGRST202')
  })

  test('who asks', async () => {
    assert.equal(await rows(visitor.rpc('who')), 'anon')
    assert.equal(await rows(ann.rpc('who')), 'authenticated')
  })
})

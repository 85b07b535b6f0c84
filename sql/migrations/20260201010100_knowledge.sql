-- Knowledge: documents in buckets, cut into chunks that can be found by meaning and by words.

-- Immutable: the encoding of a database never changes.
create function private.text_hash(p_text text) returns text
language sql immutable strict parallel safe set search_path = '' as $$
  select encode(sha256(convert_to(p_text, 'UTF8')), 'hex')
$$;
comment on function private.text_hash(text) is 'SHA-256 of a text, in hex.';
select private.allow('private.text_hash(text)', 'authenticated, service_role');

create table knowledge_buckets (
  id              uuid primary key default gen_random_uuid(),
  created_by      uuid not null default auth.uid() constraint knowledge_buckets_of_user
                  references auth.users (id) on delete cascade,
  name            text not null constraint knowledge_buckets_name_length
                  check (btrim(name) <> '' and length(name) <= 200),
  bucket_type     text not null constraint knowledge_buckets_type_known
                  check (bucket_type in ('campaign', 'general')),
  campaign_id     uuid,
  description     text,
  metadata        jsonb not null default '{}' constraint knowledge_buckets_metadata_is_object
                  check (jsonb_typeof(metadata) = 'object'),
  embedding_model text not null default 'text-embedding-ada-002',
  embedding_dim   integer not null default 1536 constraint knowledge_buckets_dim_fixed
                  check (embedding_dim = 1536),
  chunk_size      integer not null default 1000 constraint knowledge_buckets_chunk_size_range
                  check (chunk_size between 100 and 8000),
  chunk_overlap   integer not null default 200,
  document_count  integer not null default 0,
  chunk_count     integer not null default 0,
  search_config   jsonb not null default '{}' constraint knowledge_buckets_search_is_object
                  check (jsonb_typeof(search_config) = 'object'),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  constraint knowledge_buckets_owned unique (id, created_by),
  constraint knowledge_buckets_name_once unique (created_by, name),
  constraint knowledge_buckets_of_own_campaign foreign key (campaign_id, created_by)
    references campaigns (id, created_by) on delete cascade,
  constraint knowledge_buckets_campaign_by_type
    check ((bucket_type = 'campaign') = (campaign_id is not null)),
  constraint knowledge_buckets_overlap_smaller check (chunk_overlap between 0 and chunk_size / 2)
);
create index knowledge_buckets_by_campaign on knowledge_buckets (campaign_id) where campaign_id is not null;
select private.describe('knowledge_buckets', $$
  Groups of documents that are searched together.
  created_by: Whose row it is.
  name: What the user calls it.
  bucket_type: general, or campaign for one campaign's own.
  campaign_id: That campaign.
  description: What it is for.
  metadata: What the user noted of it.
  embedding_model: Model whose vectors it holds; one bucket, one model.
  embedding_dim: Length of those vectors.
  chunk_size: Characters of a chunk.
  chunk_overlap: Characters that neighbours share.
  document_count: How many documents it holds.
  chunk_count: How many chunks it holds.
  search_config: {threshold, mode, limit}: how it is searched.
$$);
select private.enrol('knowledge_buckets', owner => 'created_by', kind => 'STDU',
  touched_by => 'name, description, metadata, chunk_size, chunk_overlap, search_config', users_may =>
  'select, delete,
   insert (id, created_by, name, bucket_type, campaign_id, description, metadata, chunk_size, chunk_overlap, search_config),
   update (name, description, metadata, chunk_size, chunk_overlap, search_config)');

create table knowledge_documents (
  id               uuid primary key default gen_random_uuid(),
  created_by       uuid not null default auth.uid(),
  bucket_id        uuid not null,
  title            text not null constraint knowledge_documents_title_length
                   check (btrim(title) <> '' and length(title) <= 500),
  content          text not null,
  summary          text,
  file_name        text,
  file_type        text,
  file_size        bigint constraint knowledge_documents_size_range check (file_size >= 0),
  upload_path      text,
  source_url       text,
  status           text not null default 'processing' constraint knowledge_documents_status_known
                   check (status in ('processing', 'ready', 'failed')),
  stage            text not null default 'queued' constraint knowledge_documents_stage_known
                   check (stage in ('queued', 'parsing', 'chunking', 'embedding', 'indexing', 'done')),
  progress         smallint not null default 0 constraint knowledge_documents_progress_range
                   check (progress between 0 and 100),
  processing_error text,
  error_code       text,
  attempts         integer not null default 0,
  heartbeat_at     timestamptz,
  metadata         jsonb not null default '{}' constraint knowledge_documents_metadata_is_object
                   check (jsonb_typeof(metadata) = 'object'),
  content_hash     text not null generated always as (private.text_hash(content)) stored,
  version          integer not null default 1,
  enabled          boolean not null default true,
  token_count      integer,
  chunk_count      integer not null default 0,
  embedding_model  text,
  processed_at     timestamptz,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  constraint knowledge_documents_owned unique (id, created_by),
  constraint knowledge_documents_content_once unique (bucket_id, content_hash),
  constraint knowledge_documents_of_own_bucket foreign key (bucket_id, created_by)
    references knowledge_buckets (id, created_by) on delete cascade,
  constraint knowledge_documents_ready_is_done
    check (status <> 'ready' or (stage = 'done' and processed_at is not null))
);
create index knowledge_documents_by_bucket on knowledge_documents (bucket_id, created_at desc, id desc);
create index knowledge_documents_by_status on knowledge_documents (created_by, status, created_at desc);
create index knowledge_documents_stuck on knowledge_documents (heartbeat_at) where status = 'processing';
select private.describe('knowledge_documents', $$
  Documents, and how far each is on its way into search.
  created_by: Whose row it is.
  bucket_id: The bucket.
  title: Its title.
  content: Its text.
  summary: What it says, in short.
  file_name: Name of the file it came from.
  file_type: Media type of that file.
  file_size: Size of that file, in bytes.
  upload_path: Where that file lies.
  source_url: The page it came from.
  status: processing until its chunks can be found, then ready; or failed.
  stage: queued, parsing, chunking, embedding, indexing, done.
  progress: Percent done.
  processing_error: What went wrong, for people.
  error_code: The same, for programs.
  attempts: How often it was tried.
  heartbeat_at: Last sign of life of the work on it.
  metadata: What the file told of itself.
  content_hash: SHA-256 of its text: a bucket holds a text once.
  version: The chunks that count; a re-processing swaps all of them in one transaction.
  enabled: Whether search finds it.
  token_count: Tokens in its text.
  chunk_count: Chunks of its present version.
  embedding_model: Model that embedded it.
  processed_at: When it was last ready.
$$);
select private.enrol('knowledge_documents', owner => 'created_by', kind => 'STDU', users_may =>
  'select, delete, update (title, summary, enabled)', erase => 'cascade');
select private.guard_states('knowledge_documents', 'status',
  '-> processing',
  'processing -> ready, failed',
  'failed     -> processing',
  'ready      -> processing');
select private.stamp_states('knowledge_documents', 'status', 'processed_at', '{ready}', true);

create table knowledge_chunks (
  id               uuid primary key default gen_random_uuid(),
  created_by       uuid not null default auth.uid(),
  document_id      uuid not null,
  bucket_id        uuid not null,
  document_version integer not null default 1,
  chunk_index      integer not null constraint knowledge_chunks_index_range check (chunk_index >= 0),
  content          text not null,
  content_hash     text not null generated always as (private.text_hash(content)) stored,
  token_count      integer,
  embedding        extensions.vector(1536),
  metadata         jsonb not null default '{}' constraint knowledge_chunks_metadata_is_object
                   check (jsonb_typeof(metadata) = 'object'),
  start_char       integer,
  end_char         integer,
  heading_path     text[] not null default '{}',
  page             integer,
  enabled          boolean not null default true,
  hit_count        bigint not null default 0,
  tsv              tsvector not null generated always as (to_tsvector('simple', content)) stored,
  created_at       timestamptz not null default now(),
  constraint knowledge_chunks_owned unique (id, created_by),
  constraint knowledge_chunks_place_once unique (document_id, chunk_index),
  constraint knowledge_chunks_of_own_document foreign key (document_id, created_by)
    references knowledge_documents (id, created_by) on delete cascade,
  constraint knowledge_chunks_of_own_bucket foreign key (bucket_id, created_by)
    references knowledge_buckets (id, created_by) on delete cascade,
  constraint knowledge_chunks_span_in_order check (end_char >= start_char)
);
-- HNSW where the seed says IVFFLAT: IVFFLAT learns its lists from the rows it is built on, and built
-- on an empty table it finds next to nothing later. HNSW needs none, and scans on through a filter.
create index idx_knowledge_chunks_embedding on knowledge_chunks
  using hnsw (embedding extensions.vector_cosine_ops);
create index knowledge_chunks_by_words on knowledge_chunks using gin (tsv);
create index knowledge_chunks_by_bucket on knowledge_chunks (bucket_id);
create index knowledge_chunks_by_hits on knowledge_chunks (created_by, hit_count desc, id desc) where hit_count > 0;
create index knowledge_chunks_by_hash on knowledge_chunks (created_by, content_hash);
select private.describe('knowledge_chunks', $$
  Pieces of documents, each with the vector of what it means.
  created_by: Whose row it is.
  document_id: The document.
  bucket_id: The document's bucket.
  document_version: Version of the document it belongs to; search sees the present one alone.
  chunk_index: Its place in the document, from 0.
  content: Its text.
  content_hash: SHA-256 of its text: what is unchanged keeps its vector.
  token_count: Tokens in its text.
  embedding: What it means, by the bucket's model.
  metadata: What else is known of it.
  start_char: Where it begins in the document's text, in characters.
  end_char: Where it ends.
  heading_path: Headings it stands under.
  page: Page it stands on.
  enabled: Whether search finds it.
  hit_count: How often it was found.
  tsv: Its words.
$$);
select private.enrol('knowledge_chunks', owner => 'created_by', erase => 'cascade', users_may =>
  'select (id, created_by, document_id, bucket_id, document_version, chunk_index, content, content_hash,
           token_count, embedding, metadata, start_char, end_char, heading_path, page, enabled, hit_count,
           tsv, created_at), update (enabled)');

-- Counters go with the rows they count: one update for a statement, however many rows it moved.
create function private.count_added() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  execute format('update public.knowledge_buckets b set %1$I = b.%1$I + moved.n
    from (select bucket_id, count(*) as n from moved group by bucket_id) moved
    where b.id = moved.bucket_id', tg_argv[0]);
  return null;
end $$;
comment on function private.count_added() is 'Trigger: a bucket counts what comes into it.';
create function private.count_removed() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  execute format('update public.knowledge_buckets b set %1$I = b.%1$I - moved.n
    from (select bucket_id, count(*) as n from moved group by bucket_id) moved
    where b.id = moved.bucket_id', tg_argv[0]);
  return null;
end $$;
comment on function private.count_removed() is 'Trigger: a bucket counts what goes out of it.';
select private.allow('private.count_added()', 'service_role');
select private.allow('private.count_removed()', 'service_role');
create trigger knowledge_documents_added after insert on knowledge_documents
  referencing new table as moved for each statement execute function private.count_added('document_count');
create trigger knowledge_documents_removed after delete on knowledge_documents
  referencing old table as moved for each statement execute function private.count_removed('document_count');
create trigger knowledge_chunks_added after insert on knowledge_chunks
  referencing new table as moved for each statement execute function private.count_added('chunk_count');
create trigger knowledge_chunks_removed after delete on knowledge_chunks
  referencing old table as moved for each statement execute function private.count_removed('chunk_count');
grant create on schema private to service_role;
alter function private.count_added() owner to service_role;
alter function private.count_removed() owner to service_role;
revoke create on schema private from service_role;

create table knowledge_access_logs (
  id               uuid not null default gen_random_uuid(),
  user_id          uuid not null default auth.uid() constraint knowledge_access_logs_of_user
                   references auth.users (id) on delete cascade,
  bucket_id        uuid,
  document_id      uuid,
  chunk_id         uuid,
  search_id        uuid not null default gen_random_uuid(),
  agent_type       text,
  query_text       text,
  query_hash       text,
  similarity_score real,
  rank             integer,
  result_count     integer,
  used_in_response boolean not null default false,
  latency_ms       integer,
  created_at       timestamptz not null default clock_timestamp(),
  primary key (id, created_at)
) partition by range (created_at);
create index knowledge_access_logs_by_bucket on knowledge_access_logs (bucket_id, created_at desc)
  where bucket_id is not null;
create index knowledge_access_logs_empty on knowledge_access_logs (user_id, created_at desc)
  where result_count = 0;
select private.describe('knowledge_access_logs', $$
  What was looked for in the knowledge base and what was found; a month to a partition.
  bucket_id: The bucket it was found in.
  document_id: The document it was found in.
  chunk_id: What was found; null when nothing was. What is deleted later stays noted.
  search_id: The search its findings share.
  agent_type: Who looked.
  query_text: What was looked for.
  query_hash: SHA-256 of it, to count the same question.
  similarity_score: How near it was, 0 to 1.
  rank: Its place among the findings, from 1.
  result_count: How many were found in that search.
  used_in_response: Whether the answer used it.
  latency_ms: How long the search took, in ms.
$$);
select private.enrol('knowledge_access_logs', kind => 'LOG', retention => '90 days');
select private.keep_monthly('knowledge_access_logs', '90 days');

create table embedding_cache (
  user_id      uuid not null default auth.uid() constraint embedding_cache_of_user
               references auth.users (id) on delete cascade,
  model        text not null,
  content_hash text not null constraint embedding_cache_hash_shape check (content_hash ~ '^[0-9a-f]{64}$'),
  embedding    extensions.vector(1536) not null,
  tokens       integer,
  last_used_at timestamptz not null default clock_timestamp(),
  created_at   timestamptz not null default now(),
  primary key (user_id, model, content_hash)
);
create index embedding_cache_by_age on embedding_cache (last_used_at);
select private.describe('embedding_cache', $$
  Vectors paid for once. Each user's own: whether a text was seen before tells no one else.
  model: Model that made it.
  content_hash: SHA-256 of the text.
  embedding: The vector.
  tokens: What it took.
  last_used_at: When it last saved a call.
$$);
select private.enrol('embedding_cache', users_may => null, by_owner => null, export => 'none');

-- Documents that may be found: ready, enabled, in their present version. Nearest first and limited
-- before the threshold, so that the index decides what is near and the threshold what is shown.
-- A small tenant's chunks are all compared: exact, and quicker than leaving most of an index aside.
-- Without sorting, a large tenant's come off the index in order; the planner, which does not know how
-- dear it is to fetch and compare a vector, would rather compare tens of thousands.
create function search_knowledge_chunks(
  p_user_id uuid, p_query_embedding extensions.vector(1536), p_bucket_type text = null,
  p_campaign_id uuid = null, p_limit int = 10, p_similarity_threshold double precision = 0.7
) returns table (
  chunk_id uuid, bucket_id uuid, document_id uuid, bucket_name text, document_title text,
  document_summary text, chunk_content text, chunk_index int, similarity_score double precision,
  metadata jsonb
)
language plpgsql set search_path = '' set enable_sort = off as $$
#variable_conflict use_column
declare
  exact_up_to constant int := 10000;
  mine constant bigint := (select coalesce(sum(b.chunk_count), 0) from public.knowledge_buckets b
                            where b.created_by = p_user_id);
begin
  if p_user_id is distinct from auth.uid() and current_user <> 'service_role' then
    raise exception 'these documents belong to someone else' using errcode = '42501';
  end if;
  p_limit := least(greatest(p_limit, 1), 200);
  if mine <= exact_up_to then
    return query
    with searched as materialized (
      select c.id, c.embedding operator(extensions.<=>) p_query_embedding as distance
        from public.knowledge_chunks c
        join public.knowledge_documents d on d.id = c.document_id
        join public.knowledge_buckets b on b.id = c.bucket_id
       where c.created_by = p_user_id and c.enabled and c.embedding is not null
         and d.status = 'ready' and d.enabled and c.document_version = d.version
         and (p_bucket_type is null or b.bucket_type = p_bucket_type)
         and (p_campaign_id is null or b.campaign_id = p_campaign_id)
    ), nearest as materialized (
      select * from searched order by distance limit p_limit
    )
    select c.id, c.bucket_id, c.document_id, b.name, d.title, d.summary, c.content, c.chunk_index,
           1 - n.distance, c.metadata
      from nearest n
      join public.knowledge_chunks c on c.id = n.id
      join public.knowledge_documents d on d.id = c.document_id
      join public.knowledge_buckets b on b.id = c.bucket_id
     where 1 - n.distance >= p_similarity_threshold
     order by n.distance, c.id;
    return;
  end if;
  perform set_config('hnsw.iterative_scan', 'relaxed_order', true),
          set_config('hnsw.max_scan_tuples', '200000', true),
          set_config('hnsw.ef_search', greatest(100, p_limit * 4)::text, true);
  return query
  with nearest as materialized (
    select c.id, c.embedding operator(extensions.<=>) p_query_embedding as distance
      from public.knowledge_chunks c
     where c.created_by = p_user_id and c.enabled
       and exists (select from public.knowledge_documents d
                    where d.id = c.document_id and d.status = 'ready' and d.enabled
                      and d.version = c.document_version)
       and ((p_bucket_type is null and p_campaign_id is null)
            or exists (select from public.knowledge_buckets b
                        where b.id = c.bucket_id
                          and (p_bucket_type is null or b.bucket_type = p_bucket_type)
                          and (p_campaign_id is null or b.campaign_id = p_campaign_id)))
     order by c.embedding operator(extensions.<=>) p_query_embedding limit p_limit
  )
  select c.id, c.bucket_id, c.document_id, b.name, d.title, d.summary, c.content, c.chunk_index,
         1 - n.distance, c.metadata
    from nearest n
    join public.knowledge_chunks c on c.id = n.id
    join public.knowledge_documents d on d.id = c.document_id
    join public.knowledge_buckets b on b.id = c.bucket_id
   where 1 - n.distance >= p_similarity_threshold
   order by n.distance, c.id;
end $$;
comment on function search_knowledge_chunks(uuid, extensions.vector, text, uuid, int, double precision) is
  'The caller''s chunks nearest to a vector, at least as similar as the threshold. The house may ask for anyone.';
select private.allow('search_knowledge_chunks(uuid, extensions.vector, text, uuid, int, double precision)',
  'authenticated, service_role');

-- Search: an index whose every chunk can be reached, tenants searched by what is cheaper for their
-- size, and meaning and words merged into one answer.

-- Chunks of one document lie close together and far from the next. Built as wide as pgvector does by
-- default (64), the graph leaves some of those islands without a bridge, and what stands there is never
-- found, however long one looks: of 100,000 chunks one tenant's recall fell to 0.8. At 200 it is 1.
drop index idx_knowledge_chunks_embedding;
create index idx_knowledge_chunks_embedding on knowledge_chunks
  using hnsw (embedding extensions.vector_cosine_ops) with (ef_construction = 200);

-- Documents that may be found: ready, enabled, in their present version. Nearest first and limited
-- before the threshold, so that the index decides what is near and the threshold what is shown.
--
-- Comparing all of one's own costs as much as one has; the index hands out everyone's chunks, nearest
-- first, and among them one's own come as seldom as one's share is small: about `all * limit / mine`
-- have to be looked at. The two meet where mine * mine = all * limit, and below a thousand comparing
-- takes some milliseconds and is exact.
--
-- Without sorting, a large tenant's come off the index in order; the planner, which does not know how
-- dear it is to fetch and compare a vector, would rather compare tens of thousands.
create or replace function search_knowledge_chunks(
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
  mine constant double precision := (select coalesce(sum(b.chunk_count), 0)
                                       from public.knowledge_buckets b where b.created_by = p_user_id);
  everyones constant double precision := (select c.reltuples from pg_catalog.pg_class c
                                           where c.oid = 'public.knowledge_chunks'::regclass);
begin
  if p_user_id is distinct from auth.uid() and current_user <> 'service_role' then
    raise exception 'these documents belong to someone else' using errcode = '42501';
  end if;
  p_limit := least(greatest(p_limit, 1), 200);
  if mine <= 1000 or mine * mine <= everyones * p_limit then
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
          set_config('hnsw.scan_mem_multiplier', '16', true),
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

-- By meaning, by words, or both. Similarities and word ranks cannot be added: they are of different
-- scales. So both lists are merged by place (reciprocal rank fusion, k = 60), and the sum is divided
-- by the most there is: 1 is first in both. The threshold is of the score that is shown.
create function search_knowledge(
  p_user_id uuid, p_query_text text = null, p_query_embedding extensions.vector(1536) = null,
  p_mode text = 'hybrid', p_bucket_type text = null, p_campaign_id uuid = null, p_limit int = 10,
  p_threshold double precision = 0
) returns table (
  chunk_id uuid, bucket_id uuid, document_id uuid, bucket_name text, document_title text,
  document_summary text, chunk_content text, chunk_index int, score double precision,
  similarity_score double precision, word_score double precision, metadata jsonb
)
language plpgsql set search_path = '' as $$
#variable_conflict use_column
declare
  k constant int := 60;
  words constant tsquery := websearch_to_tsquery('pg_catalog.simple', coalesce(p_query_text, ''));
  candidates int;
begin
  if p_user_id is distinct from auth.uid() and current_user <> 'service_role' then
    raise exception 'these documents belong to someone else' using errcode = '42501';
  elsif p_mode is null or p_mode not in ('semantic', 'keyword', 'hybrid') then
    raise exception 'p_mode is semantic, keyword or hybrid' using errcode = '22023';
  elsif p_mode <> 'keyword' and p_query_embedding is null then
    raise exception 'p_query_embedding is needed to search by meaning' using errcode = '22023';
  elsif p_mode <> 'semantic' and btrim(coalesce(p_query_text, '')) = '' then
    raise exception 'p_query_text is needed to search by words' using errcode = '22023';
  end if;
  p_limit := least(greatest(p_limit, 1), 200);
  candidates := least(greatest(p_limit * 4, 50), 200);
  return query
  with by_meaning as materialized (
    select s.chunk_id as id, s.similarity_score as similarity,
           row_number() over (order by s.similarity_score desc, s.chunk_id) as place
      from public.search_knowledge_chunks(p_user_id, p_query_embedding, p_bucket_type, p_campaign_id,
                                          candidates, -1) s
     where p_mode <> 'keyword'
  ), by_words as materialized (
    select w.id, w.rank, row_number() over (order by w.rank desc, w.id) as place
      from (select c.id, ts_rank_cd(c.tsv, words, 32)::double precision as rank
              from public.knowledge_chunks c
              join public.knowledge_documents d on d.id = c.document_id
              join public.knowledge_buckets b on b.id = c.bucket_id
             where p_mode <> 'semantic' and c.created_by = p_user_id and c.enabled and c.tsv @@ words
               and d.status = 'ready' and d.enabled and c.document_version = d.version
               and (p_bucket_type is null or b.bucket_type = p_bucket_type)
               and (p_campaign_id is null or b.campaign_id = p_campaign_id)
             order by rank desc, c.id limit candidates) w
  ), merged as (
    select id, m.similarity, w.rank,
           case p_mode
             when 'semantic' then m.similarity
             when 'keyword' then w.rank
             else (coalesce(1.0 / (k + m.place), 0) + coalesce(1.0 / (k + w.place), 0)) * (k + 1) / 2
           end::double precision as score
      from by_meaning m full join by_words w using (id)
  )
  select c.id, c.bucket_id, c.document_id, b.name, d.title, d.summary, c.content, c.chunk_index,
         f.score, f.similarity, f.rank, c.metadata
    from (select * from merged where merged.score >= p_threshold
           order by merged.score desc, merged.id limit p_limit) f
    join public.knowledge_chunks c on c.id = f.id
    join public.knowledge_documents d on d.id = c.document_id
    join public.knowledge_buckets b on b.id = c.bucket_id
   order by f.score desc, c.id;
end $$;
comment on function search_knowledge(uuid, text, extensions.vector, text, text, uuid, int, double precision) is
  'The caller''s chunks by meaning (semantic), by words (keyword) or both merged by reciprocal rank (hybrid), best first.';
select private.allow('search_knowledge(uuid, text, extensions.vector, text, text, uuid, int, double precision)',
  'authenticated, service_role');

-- create --
-- Keep a script; one that rewrites another counts on from it.
insert into scripts (content, title, channel_id, session_id, parent_id, version, content_hash, word_count)
values (%(content)s, %(title)s, %(channel_id)s, %(session_id)s, %(parent_id)s,
        1 + coalesce((select version from scripts where id = %(parent_id)s and user_id = auth.uid()), 0),
        encode(sha256(convert_to(%(content)s, 'UTF8')), 'hex'),
        %(word_count)s)
returning id, content, title, topic_key, run_id, channel_id, version, parent_id, content_hash,
          word_count, status, session_id, created_at, updated_at;

-- get --
-- One script of the asking user.
select id, content, title, topic_key, run_id, channel_id, version, parent_id, content_hash,
       word_count, status, session_id, created_at, updated_at
from scripts where id = %(id)s and user_id = auth.uid();

-- changes --
-- Scripts that changed after a place, oldest change first, and whether each change has settled.
select id, content, title, topic_key, run_id, channel_id, version, parent_id, content_hash,
       word_count, status, session_id, created_at, updated_at,
       updated_at < clock_timestamp() - interval '15 seconds' as settled
from scripts
where user_id = auth.uid()
  and (%(after)s::timestamptz is null or (updated_at, id) > (%(after)s::timestamptz, %(after_id)s::uuid))
order by updated_at, id limit %(limit)s;

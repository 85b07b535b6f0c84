-- create --
-- Announce a file, before there is an address to send it to. Its key begins with its owner.
with new as (select gen_random_uuid() as id)
insert into uploads (id, project_id, video_job_id, order_index, rights, purpose, key, file_name,
                     declared_type, max_bytes)
select id, %(project_id)s, %(video_job_id)s, %(order_index)s, %(rights)s, %(purpose)s,
       auth.uid() || '/uploads/' || id, %(file_name)s, %(content_type)s, %(size_bytes)s
from new
returning id, project_id, video_job_id, order_index, rights, purpose, file_name, declared_type,
          max_bytes, state, size_bytes, sniffed_type, sha256, seconds, refused_reason, expires_at,
          created_at, updated_at;

-- project --
-- A project of the asking user that is still there, held: it stays while a file for it is announced.
select id from projects where id = %(id)s and user_id = auth.uid() and deleted_at is null for share;

-- get --
-- One upload of the asking user.
select id, project_id, video_job_id, order_index, rights, purpose, file_name, declared_type,
       max_bytes, state, size_bytes, sniffed_type, sha256, seconds, refused_reason, expires_at,
       created_at, updated_at
from uploads where id = %(id)s and user_id = auth.uid();

-- page --
-- The user's uploads, newest first.
select id, project_id, video_job_id, order_index, rights, purpose, file_name, declared_type,
       max_bytes, state, size_bytes, sniffed_type, sha256, seconds, refused_reason, expires_at,
       created_at, updated_at
from uploads
where user_id = auth.uid()
  and (%(purpose)s::text is null or purpose = %(purpose)s)
  and (%(state)s::text is null or state = %(state)s)
  and (%(after)s::timestamptz is null or (created_at, id) < (%(after)s::timestamptz, %(after_id)s::uuid))
order by created_at desc, id desc limit %(limit)s;

-- Uploads: files a user sends; the row is made before the address to send them to.

create table uploads (
  id             uuid primary key default gen_random_uuid(),
  user_id        uuid not null default auth.uid() constraint uploads_of_user
                 references auth.users (id) on delete cascade,
  project_id     uuid,
  purpose        text not null constraint uploads_purpose_known
                 check (purpose in ('voice_over', 'knowledge', 'image', 'music')),
  key            text not null constraint uploads_key_once unique,
  file_name      text not null constraint uploads_file_name_length
                 check (length(file_name) between 1 and 255),
  declared_type  text not null,
  max_bytes      bigint not null constraint uploads_max_bytes_positive check (max_bytes > 0),
  state          text not null default 'pending' constraint uploads_state_known
                 check (state in ('pending', 'ready', 'refused', 'expired')),
  size_bytes     bigint constraint uploads_size_not_negative check (size_bytes >= 0),
  sniffed_type   text,
  sha256         text constraint uploads_sha256_is_hash check (sha256 ~ '^[0-9a-f]{64}$'),
  seconds        numeric(10, 3) constraint uploads_seconds_not_negative check (seconds >= 0),
  refused_reason text,
  expires_at     timestamptz not null default now() + interval '15 minutes',
  created_at     timestamptz not null default now(),
  updated_at     timestamptz not null default now(),
  constraint uploads_owned unique (id, user_id),
  constraint uploads_of_own_project foreign key (project_id, user_id)
    references projects (id, user_id) on delete cascade,
  constraint uploads_key_in_own_folder check (starts_with(key, user_id::text || '/'))
);
create index uploads_by_project on uploads (project_id) where project_id is not null;
create index uploads_waiting on uploads (expires_at) where state = 'pending';
select private.describe('uploads', $$
  Files a user sends.
  project_id: The project it is for.
  purpose: What it is for.
  key: Where it lies in the media bucket.
  file_name: What the user calls it.
  declared_type: Media type the user announced.
  max_bytes: Largest size accepted, in bytes.
  state: pending until it has come and was looked at; then ready, refused or expired.
  size_bytes: Its size, in bytes.
  sniffed_type: Media type its first bytes show.
  sha256: Hash of its bytes, in hex.
  seconds: Length, when it is sound.
  refused_reason: What was wrong with it.
  expires_at: When a file that has not come is given up.
$$);
select private.enrol('uploads', kind => 'STDU');

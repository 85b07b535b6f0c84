-- Content: when what is published, the files and the brand behind it, templates to begin from.

create table digital_assets (
  id             uuid primary key default gen_random_uuid(),
  uploaded_by    uuid not null default auth.uid() constraint digital_assets_of_user
                 references auth.users (id) on delete cascade,
  file_name      text not null constraint digital_assets_file_name_length
                 check (btrim(file_name) <> '' and length(file_name) <= 255),
  file_size      bigint constraint digital_assets_size_not_negative check (file_size >= 0),
  asset_type     text not null constraint digital_assets_type_known
                 check (asset_type in ('image', 'video', 'document', 'audio', 'archive', 'other')),
  mime_type      text,
  storage_path   text not null,
  access_url     text,
  thumbnail_path text,
  folder_id      uuid,
  tags           text[] not null default '{}',
  sha256         text constraint digital_assets_sha256_is_hash check (sha256 ~ '^[0-9a-f]{64}$'),
  width          integer constraint digital_assets_width_positive check (width > 0),
  height         integer constraint digital_assets_height_positive check (height > 0),
  duration_ms    bigint constraint digital_assets_duration_not_negative check (duration_ms >= 0),
  status         text not null default 'pending' constraint digital_assets_status_known
                 check (status in ('pending', 'ready', 'quarantined', 'deleted')),
  metadata       jsonb not null default '{}' constraint digital_assets_metadata_is_object
                 check (jsonb_typeof(metadata) = 'object'),
  deleted_at     timestamptz,
  created_at     timestamptz not null default now(),
  updated_at     timestamptz not null default now(),
  constraint digital_assets_owned unique (id, uploaded_by),
  constraint digital_assets_path_once unique (uploaded_by, storage_path),
  constraint digital_assets_deleted_has_time check ((status = 'deleted') = (deleted_at is not null)),
  constraint digital_assets_ready_is_known
    check (status <> 'ready' or (sha256 is not null and file_size is not null))
);
-- A file thrown away may be brought again.
create unique index digital_assets_bytes_once on digital_assets (uploaded_by, sha256)
  where status <> 'deleted';
create index digital_assets_by_type on digital_assets (uploaded_by, asset_type, created_at desc, id desc);
create index digital_assets_by_folder on digital_assets (uploaded_by, folder_id, created_at desc, id desc);
create index digital_assets_orphans on digital_assets (created_at) where status = 'pending';
select private.describe('digital_assets', $$
  Files a user brought.
  uploaded_by: Whose file it is.
  file_name: What it is called.
  file_size: Size, in bytes.
  asset_type: image, video, document, audio, archive or other.
  mime_type: Media type, as its bytes say.
  storage_path: Key in the media bucket.
  access_url: Canonical address; the signed one is made when asked for.
  thumbnail_path: Key of a small picture of it.
  folder_id: Folder it is shown in.
  tags: Labels.
  sha256: Hash of its bytes, in hex.
  width: In pixels.
  height: In pixels.
  duration_ms: Length, in ms.
  status: pending until it is checked, then ready or quarantined; deleted in the end.
  metadata: Anything else.
  deleted_at: When it was thrown away.
$$);
select private.enrol('digital_assets', owner => 'uploaded_by', kind => 'STDU',
  users_may => 'select, update (file_name, folder_id, tags, metadata, status)');
select private.guard_states('digital_assets', 'status',
  'pending -> ready, quarantined, deleted',
  'ready -> deleted, quarantined',
  'quarantined -> deleted');
select private.stamp_states('digital_assets', 'status', 'deleted_at', '{deleted}');

create table content_calendar (
  id               uuid primary key default gen_random_uuid(),
  created_by       uuid not null default auth.uid() constraint content_calendar_of_user
                   references auth.users (id) on delete cascade,
  title            text not null constraint content_calendar_title_length
                   check (btrim(title) <> '' and length(title) <= 300),
  description      text,
  content_type     text not null,
  platform         text[] not null default '{}',
  scheduled_date   timestamptz not null,
  timezone         text not null default 'UTC',
  recurrence_rule  text,
  recurrence_until timestamptz,
  series_id        uuid,
  status           text not null default 'draft' constraint content_calendar_status_known check (status in
                   ('draft', 'in_review', 'approved', 'scheduled', 'publishing', 'published',
                    'unconfirmed', 'failed', 'archived')),
  content_data     jsonb not null default '{}' constraint content_calendar_data_is_object
                   check (jsonb_typeof(content_data) = 'object'),
  content_hash     text,
  metadata         jsonb not null default '{}' constraint content_calendar_metadata_is_object
                   check (jsonb_typeof(metadata) = 'object'),
  assigned_to      text,
  assets           uuid[] not null default '{}',
  campaign_id      uuid,
  content_piece_id uuid,
  approved_at      timestamptz,
  published_at     timestamptz,
  external_post_id text,
  external_url     text,
  error_code       text,
  error_message    text,
  attempts         integer not null default 0 constraint content_calendar_attempts_not_negative
                   check (attempts >= 0),
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  constraint content_calendar_owned unique (id, created_by),
  constraint content_calendar_of_own_campaign foreign key (campaign_id, created_by)
    references campaigns (id, created_by) on delete set null (campaign_id),
  constraint content_calendar_of_own_piece foreign key (content_piece_id, created_by)
    references generated_content_pieces (id, created_by) on delete set null (content_piece_id),
  constraint content_calendar_published_has_time
    check (case when status = 'published' then published_at is not null
                when status <> 'archived' then published_at is null else true end),
  constraint content_calendar_approved_has_time
    check (status not in ('approved', 'scheduled', 'publishing') or approved_at is not null)
);
create index content_calendar_by_date on content_calendar (created_by, scheduled_date, id);
create index content_calendar_by_status on content_calendar (created_by, status, scheduled_date, id);
create index content_calendar_due on content_calendar (scheduled_date) where status = 'scheduled';
create index content_calendar_stuck on content_calendar (updated_at) where status = 'publishing';
create index content_calendar_by_hash on content_calendar (created_by, content_hash)
  where content_hash is not null;
create index content_calendar_by_campaign on content_calendar (campaign_id) where campaign_id is not null;
create index content_calendar_by_piece on content_calendar (content_piece_id)
  where content_piece_id is not null;
create index content_calendar_by_series on content_calendar (series_id) where series_id is not null;
select private.describe('content_calendar', $$
  What is to be published, and when.
  created_by: Whose it is.
  title: What it is called.
  description: What it is about.
  content_type: What it is: post, video, article, ...
  platform: Where it goes, each once in content_publications.
  scheduled_date: When it is due.
  timezone: IANA name of the zone it recurs in, so that summer time moves nothing.
  recurrence_rule: How it recurs, as an RRULE.
  recurrence_until: Until when.
  series_id: What its recurrences share.
  status: draft, in_review, approved, scheduled, publishing; then published, unconfirmed or failed; archived.
  content_data: What is published: {text, link, ...}, by platform where they differ.
  content_hash: Hash of it, to find duplicates.
  metadata: Anything else.
  assigned_to: Who sees to it.
  assets: Files that go with it.
  campaign_id: The campaign it is for.
  content_piece_id: The piece it publishes.
  approved_at: When it was approved.
  published_at: When it was published.
  external_post_id: What the platform calls it, when there is one platform.
  external_url: Where it is.
  error_code: Why it failed, for programs.
  error_message: Why it failed, for people.
  attempts: How often it was tried.
$$);
select private.enrol('content_calendar', owner => 'created_by', kind => 'STDU', users_may =>
  'select, delete,
   insert (id, created_by, title, description, content_type, platform, scheduled_date, timezone,
           recurrence_rule, recurrence_until, series_id, content_data, metadata, assigned_to, assets,
           campaign_id, content_piece_id),
   update (title, description, content_type, platform, scheduled_date, timezone, recurrence_rule,
           recurrence_until, series_id, status, content_data, metadata, assigned_to, assets,
           campaign_id, content_piece_id)');
-- A post whose fate is unknown is never tried again by itself: a person says what became of it.
select private.guard_states('content_calendar', 'status',
  '-> draft',
  'draft -> in_review, approved, archived',
  'in_review -> approved, draft',
  'approved -> scheduled, draft, archived',
  'scheduled -> publishing, approved, draft, failed',
  'publishing -> published, unconfirmed, failed',
  'unconfirmed -> published, failed, scheduled',
  'failed -> scheduled, draft, archived',
  'published -> archived');
select private.stamp_states('content_calendar', 'status', 'approved_at',
  '{approved,scheduled,publishing}', p_kept => true);
select private.stamp_states('content_calendar', 'status', 'published_at', '{published}', p_kept => true);
create trigger content_calendar_timezone before insert or update of timezone on content_calendar
  for each row when (new.timezone <> 'UTC') execute function private.check_timezone();

create function private.hash_content() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.content_hash := encode(sha256(convert_to(new.content_data::text, 'UTF8')), 'hex');
  return new;
end $$;
comment on function private.hash_content() is 'Trigger: the same content has the same hash.';
create trigger content_calendar_hash before insert or update of content_data on content_calendar
  for each row when (new.content_data <> '{}') execute function private.hash_content();

-- Files are named in an array, so the reference is checked here rather than by a foreign key.
create function private.check_assets() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if exists (select from unnest(new.assets) asset where not exists (
      select from public.digital_assets a where a.id = asset and a.uploaded_by = new.created_by)) then
    raise exception 'there is no such file of yours'
      using errcode = '23503', constraint = 'content_calendar_own_assets';
  end if;
  return new;
end $$;
comment on function private.check_assets() is 'Trigger: only one''s own files go with one''s content.';
create trigger content_calendar_assets before insert or update of assets on content_calendar
  for each row when (new.assets <> '{}') execute function private.check_assets();

create table content_publications (
  id              uuid primary key default gen_random_uuid(),
  created_by      uuid not null default auth.uid(),
  calendar_id     uuid not null,
  platform        text not null,
  status          text not null default 'pending' constraint content_publications_status_known check (status in
                  ('pending', 'publishing', 'polling', 'published', 'unconfirmed', 'failed', 'cancelled')),
  attempt         integer not null default 0 constraint content_publications_attempt_not_negative
                  check (attempt >= 0),
  next_attempt_at timestamptz,
  lease_until     timestamptz,
  operation_id    text,
  external_id     text,
  external_url    text,
  error_code      text,
  provider_error  text,
  published_at    timestamptz,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  constraint content_publications_once unique (calendar_id, platform),
  constraint content_publications_of_own_entry foreign key (calendar_id, created_by)
    references content_calendar (id, created_by) on delete cascade,
  constraint content_publications_published_has_time
    check ((status = 'published') = (published_at is not null))
);
create index content_publications_due on content_publications (next_attempt_at)
  where status in ('pending', 'publishing', 'polling');
select private.describe('content_publications', $$
  One entry of the calendar on one platform: what became of it there.
  created_by: Whose it is.
  calendar_id: The entry of the calendar.
  platform: The platform.
  status: pending, publishing, polling; then published, unconfirmed, failed or cancelled.
  attempt: How often it was tried; publishing itself once.
  next_attempt_at: When it is due.
  lease_until: Until when someone is at it.
  operation_id: What the platform calls the upload under way.
  external_id: What the platform calls the post.
  external_url: Where it is.
  error_code: Why it failed, for programs.
  provider_error: What the platform said.
  published_at: When it was published.
$$);
select private.enrol('content_publications', owner => 'created_by', kind => 'STDU', erase => 'cascade');
select private.guard_states('content_publications', 'status',
  '-> pending',
  'pending -> publishing, failed, cancelled',
  'publishing -> polling, published, unconfirmed, failed',
  'polling -> published, unconfirmed, failed',
  'unconfirmed -> published, failed',
  'failed -> pending');
select private.stamp_states('content_publications', 'status', 'published_at', '{published}');

create function content_claim_due(p_limit int = 20, p_now timestamptz = clock_timestamp())
returns setof content_calendar
language sql set search_path = '' as $$
  with due as (
    select id from public.content_calendar
     where status = 'scheduled' and scheduled_date <= p_now
     order by scheduled_date limit p_limit for update skip locked
  ), claimed as (
    update public.content_calendar c set status = 'publishing', attempts = attempts + 1
      from due where c.id = due.id returning c.*
  ), planned as (
    insert into public.content_publications (created_by, calendar_id, platform, next_attempt_at)
    select created_by, id, place, p_now from claimed, unnest(claimed.platform) place
    on conflict (calendar_id, platform) do update set status = 'pending', next_attempt_at = p_now
      where content_publications.status = 'failed')
  select * from claimed
$$;
comment on function content_claim_due(int, timestamptz) is
  'Take entries that are due, each by one caller alone, and plan one publication per platform.';
select private.allow('content_claim_due(int, timestamptz)', 'service_role');

-- When the last platform has answered, the entry says what came of them all.
create function private.conclude_entry() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform from public.content_calendar where id = new.calendar_id for no key update;
  update public.content_calendar c
     set status = came.status, external_post_id = came.external_id, external_url = came.external_url,
         error_code = came.error_code, error_message = came.provider_error
    from (select case when bool_or(status = 'failed') then 'failed'
                      when bool_or(status = 'unconfirmed') then 'unconfirmed' else 'published' end status,
                 min(external_id) filter (where status = 'published') external_id,
                 min(external_url) filter (where status = 'published') external_url,
                 min(error_code) error_code, min(provider_error) provider_error
            from public.content_publications where calendar_id = new.calendar_id
          having bool_and(status not in ('pending', 'publishing', 'polling'))) came
   where c.id = new.calendar_id and c.status in ('publishing', 'unconfirmed') and c.status <> came.status;
  return null;
end $$;
comment on function private.conclude_entry() is 'Trigger: an entry is published when all its platforms are.';
create trigger content_publications_conclude after update of status on content_publications
  for each row when (new.status in ('published', 'unconfirmed', 'failed', 'cancelled'))
  execute function private.conclude_entry();

create table brand_assets (
  id               uuid primary key default gen_random_uuid(),
  created_by       uuid not null default auth.uid() constraint brand_assets_of_user
                   references auth.users (id) on delete cascade,
  asset_name       text not null constraint brand_assets_name_length
                   check (btrim(asset_name) <> '' and length(asset_name) <= 200),
  asset_type       text not null constraint brand_assets_type_known
                   check (asset_type in ('logo', 'font', 'color_scheme', 'image', 'voice', 'guideline')),
  asset_data       jsonb not null constraint brand_assets_data_is_object
                   check (jsonb_typeof(asset_data) = 'object'),
  is_primary       boolean not null default false,
  digital_asset_id uuid,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  constraint brand_assets_of_own_file foreign key (digital_asset_id, created_by)
    references digital_assets (id, uploaded_by) on delete restrict
);
create unique index brand_assets_one_primary on brand_assets (created_by, asset_type) where is_primary;
create index brand_assets_by_file on brand_assets (digital_asset_id) where digital_asset_id is not null;
select private.describe('brand_assets', $$
  What makes a brand: logo, fonts, colours, voice.
  created_by: Whose brand it is.
  asset_name: What it is called.
  asset_type: logo, font, color_scheme, image, voice or guideline.
  asset_data: The thing itself: {colors}, {family}, {tone}, ... by type.
  is_primary: The one used unless another is named; one per type.
  digital_asset_id: The file behind it.
$$);
select private.enrol('brand_assets', owner => 'created_by', kind => 'STDU',
  users_may => 'select, insert, update, delete');

create function digital_asset_uses(p_asset_id uuid) returns table (kind text, id uuid, title text)
language sql stable set search_path = '' as $$
  select 'brand_asset', id, asset_name from public.brand_assets where digital_asset_id = p_asset_id
  union all
  select 'content_calendar', c.id, c.title
    from public.digital_assets a join public.content_calendar c on c.created_by = a.uploaded_by
   where a.id = p_asset_id and p_asset_id = any (c.assets) and c.status <> 'archived'
$$;
comment on function digital_asset_uses(uuid) is 'Where a file is used.';
select private.allow('digital_asset_uses(uuid)', 'authenticated, service_role');

create function private.keep_used_asset() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_uses constant text := (
    select string_agg(format('%s %s', kind, title), ', ') from public.digital_asset_uses(old.id));
begin
  if v_uses is not null then
    raise exception 'the file is in use' using errcode = '55000', hint = 'Used by: ' || v_uses || '.';
  end if;
  return new;
end $$;
comment on function private.keep_used_asset() is 'Trigger: a file in use is not thrown away.';
create trigger digital_assets_in_use before update of status on digital_assets
  for each row when (new.status = 'deleted' and old.status <> 'deleted')
  execute function private.keep_used_asset();

create table content_templates (
  id            uuid primary key default gen_random_uuid(),
  created_by    uuid not null default auth.uid() constraint content_templates_of_user
                references auth.users (id) on delete cascade,
  name          text not null constraint content_templates_name_length
                check (btrim(name) <> '' and length(name) <= 200),
  template_type text not null constraint content_templates_type_known check (template_type in
                ('social_media', 'email', 'landing_page', 'ad_creative', 'brand_kit')),
  content       text not null,
  variables     jsonb not null default '{}' constraint content_templates_variables_is_object
                check (jsonb_typeof(variables) = 'object'),
  is_public     boolean not null default false,
  preview_image text,
  tags          text[] not null default '{}',
  version       integer not null default 1,
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now()
);
create index content_templates_by_type on content_templates (created_by, template_type, created_at desc, id desc);
select private.describe('content_templates', $$
  Texts to begin from, with {{variables}}.
  created_by: Whose template it is.
  name: What it is called.
  template_type: social_media, email, landing_page, ad_creative or brand_kit.
  content: The text.
  variables: {name: {default, description}}.
  is_public: Meant to be shared; only its owner reads it so far.
  preview_image: Picture to show.
  tags: Labels.
  version: Counts changes.
$$);
select private.enrol('content_templates', owner => 'created_by', kind => 'STDU', users_may =>
  'select, delete,
   insert (id, created_by, name, template_type, content, variables, is_public, preview_image, tags),
   update (name, template_type, content, variables, is_public, preview_image, tags)');
create trigger content_templates_version before update on content_templates
  for each row execute function private.count_version();

create table proposal_templates (
  id          uuid primary key default gen_random_uuid(),
  user_id     uuid not null default auth.uid() constraint proposal_templates_of_user
              references auth.users (id) on delete cascade,
  name        text not null constraint proposal_templates_name_length
              check (btrim(name) <> '' and length(name) <= 200),
  category    text,
  description text,
  content     text,
  sections    jsonb not null default '[]' constraint proposal_templates_sections_is_array
              check (jsonb_typeof(sections) = 'array'),
  is_active   boolean not null default true,
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now()
);
create index proposal_templates_by_category on proposal_templates (user_id, category, created_at desc, id desc);
select private.describe('proposal_templates', $$
  Offers to begin from.
  name: What it is called.
  category: Kind of offer.
  description: When to use it.
  content: The text, with {{variables}}.
  sections: [{title, content}].
  is_active: Whether it is offered.
$$);
select private.enrol('proposal_templates', kind => 'STDU', users_may => 'select, insert, update, delete');

-- The last platform's answer may come from one worker while the entry is its owner's.
grant create on schema private to service_role;
alter function private.conclude_entry() owner to service_role;
alter function private.check_assets() owner to service_role;
revoke create on schema private from service_role;

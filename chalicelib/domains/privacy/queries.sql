-- settings --
-- What the asking user agreed to.
select data_processing_consent, marketing_consent, analytics_consent, third_party_consent,
       data_retention_days, policy_version, right_to_be_deleted_requested, consented_at
  from user_privacy_settings where user_id = auth.uid();

-- agree --
-- What the user agrees to from now on; a trigger notes what changed.
insert into user_privacy_settings as mine
  (user_id, data_processing_consent, marketing_consent, analytics_consent, third_party_consent,
   data_retention_days, policy_version)
values (auth.uid(), %(data_processing_consent)s, %(marketing_consent)s, %(analytics_consent)s,
        %(third_party_consent)s, %(data_retention_days)s, %(policy_version)s)
on conflict (user_id) do update
   set data_processing_consent = excluded.data_processing_consent,
       marketing_consent = excluded.marketing_consent,
       analytics_consent = excluded.analytics_consent,
       third_party_consent = excluded.third_party_consent,
       data_retention_days = excluded.data_retention_days,
       policy_version = excluded.policy_version
returning data_processing_consent, marketing_consent, analytics_consent, third_party_consent,
          data_retention_days, policy_version, right_to_be_deleted_requested, consented_at;

-- audit --
-- What was done about the user's data, newest first.
select id, seq, event_type, details, request_id, timestamp, prev_hash, row_hash
  from privacy_audit_log
 where user_id = auth.uid()
   and (%(after)s::timestamptz is null
        or (timestamp, id) < (%(after)s::timestamptz, %(after_id)s::uuid))
 order by timestamp desc, id desc limit %(limit)s;

-- note --
-- One entry of the log.
insert into privacy_audit_log (user_id, event_type, request_id, details)
values (%(user_id)s, %(event)s, %(request_id)s, %(details)s);

-- data_map --
-- Every table with rows of users: what it is, what is exported, what an erasure leaves, and why.
select case r.schema_name when 'public' then r.table_name::text
            else r.schema_name || '.' || r.table_name end as table,
       obj_description(c.oid, 'pg_class') as what, r.export, r.unexported, r.erase, r.kept,
       r.retention::text as retention,
       json_agg(json_build_object(
         'name', a.attname, 'what', col_description(c.oid, a.attnum),
         'exported', r.export <> 'none'
                     and has_column_privilege('authenticated', c.oid, a.attnum, 'select'),
         'after_erasure', case when r.erase in ('delete', 'cascade', 'account') then 'gone'
                               else coalesce(k.becomes, 'itself') end,
         'why', k.why) order by a.attnum) as columns
  from private.registry r
  join pg_class c on c.oid = format('%%I.%%I', r.schema_name, r.table_name)::regclass
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join private.kept_columns k
    on (k.schema_name, k.table_name, k.column_name) = (r.schema_name, r.table_name, a.attname)
 where r.owner_column is not null or r.table_name = 'stripe_events'
 group by r.schema_name, r.table_name, c.oid
 order by r.schema_name desc, r.table_name;

-- address --
-- Where a user gets letters; null when the issuer tells of none.
select email from auth.users where id = %(user_id)s;

-- lock_user --
-- The user, so that nobody asks twice at a time; no row once the user is erased.
select id from auth.users where id = %(user_id)s for no key update;

-- exports_today --
-- How many exports were asked for within a day, and when the oldest of them was.
select count(*) as n, min(requested_at) + interval '1 day' as next
  from data_export_requests
 where user_id = auth.uid() and requested_at > clock_timestamp() - interval '1 day';

-- new_export --
-- A request for a copy of the data.
insert into data_export_requests (user_id) values (auth.uid())
returning id, request_id, status, sha256, size_bytes, row_counts, error_code, download_count,
          downloaded_at, requested_at, completed_at, expires_at, created_at;

-- export --
-- One export of the asking user.
select id, request_id, status, sha256, size_bytes, row_counts, error_code, download_count,
       downloaded_at, requested_at, completed_at, expires_at, created_at
  from data_export_requests where id = %(id)s and user_id = auth.uid();

-- exports --
-- The user's exports, newest first.
select id, request_id, status, sha256, size_bytes, row_counts, error_code, download_count,
       downloaded_at, requested_at, completed_at, expires_at, created_at
  from data_export_requests
 where user_id = auth.uid()
   and (%(after)s::timestamptz is null
        or (created_at, id) < (%(after)s::timestamptz, %(after_id)s::uuid))
 order by created_at desc, id desc limit %(limit)s;

-- fetch_export --
-- Count a download of a file that is ready, and answer where it lies.
update data_export_requests
   set download_count = download_count + 1, downloaded_at = clock_timestamp()
 where id = %(id)s and user_id = auth.uid() and status = 'completed'
   and expires_at > clock_timestamp()
returning request_id, asset_path, expires_at;

-- begin_export --
-- An open export is taken up; no row when it is over.
update data_export_requests set status = 'processing'
 where id = %(id)s and status in ('pending', 'processing')
returning id, request_id, row_counts, progress;

-- go_on_export --
-- How far an export has come; no row when another worker was faster.
update data_export_requests
   set progress = %(progress)s, row_counts = %(row_counts)s
 where id = %(id)s and status = 'processing'
   and coalesce((progress ->> 'slice')::int, 0) = %(was)s
returning id;

-- complete_export --
-- The file is ready; no row when another worker was faster.
update data_export_requests
   set status = 'completed', asset_path = %(key)s, sha256 = %(sha256)s, size_bytes = %(size)s,
       row_counts = %(row_counts)s, progress = '{}'
 where id = %(id)s and status = 'processing'
   and coalesce((progress ->> 'slice')::int, 0) = %(was)s
returning id, request_id, completed_at, expires_at, size_bytes, sha256;

-- fail_export --
-- An export that was tried too often.
update data_export_requests set status = 'failed', error_code = 'ExportFailed'
 where id = %(id)s and status in ('pending', 'processing')
returning user_id, request_id;

-- exports_to_expire --
-- Files whose time is over.
select id, user_id, asset_path from data_export_requests
 where status = 'completed' and expires_at < clock_timestamp()
 order by expires_at limit 1000;

-- expire_export --
-- The file is gone.
update data_export_requests set status = 'expired', asset_path = null
 where id = %(id)s and status = 'completed'
returning request_id;

-- tables_to_export --
-- The tables an export reads, in order, and what is said of each.
select case r.schema_name when 'public' then r.table_name::text
            else r.schema_name || '.' || r.table_name end as name,
       obj_description(c.oid, 'pg_class') as what, r.export, r.unexported,
       (select json_object_agg(a.attname, col_description(c.oid, a.attnum) order by a.attnum)
          from pg_attribute a
         where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
           and has_column_privilege('authenticated', c.oid, a.attnum, 'select')) as columns,
       (select json_object_agg(a.attname, col_description(c.oid, a.attnum) order by a.attnum)
          from pg_attribute a
         where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
           and not has_column_privilege('authenticated', c.oid, a.attnum, 'select')) as left_out
  from private.registry r
  join pg_class c on c.oid = format('%%I.%%I', r.schema_name, r.table_name)::regclass
 where r.owner_column is not null
 order by r.schema_name desc, r.table_name;

-- export_page --
-- The next rows of the user in a table, read with the user's own rights.
select line, key from private.export_page(%(table)s::regclass, %(after)s, %(limit)s, %(bytes)s);

-- known_files --
-- Hashes of files the house knows.
select key as path, sha256 from uploads where key = any (%(keys)s) and sha256 is not null
union
select storage_path, sha256 from assets where storage_path = any (%(keys)s) and sha256 is not null
union
select path, sha256 from private.blobs where path = any (%(keys)s);

-- deletion --
-- The asking user's last request to be forgotten.
select id, request_id, status, scope, mode, confirmation_required, report, error_code, requested_at,
       due_at, confirmed_at, scheduled_for, cancelled_at, completed_at,
       (select max(completed_at) from data_export_requests where user_id = auth.uid()) as last_export_at
  from data_deletion_requests
 where user_id = auth.uid() and scope <> 'domain'
 order by created_at desc, id desc limit 1;

-- deletion_for_update --
-- The asking user's last request, locked.
select id, request_id, status, scope, mode, confirmation_token_hash,
       requested_at < clock_timestamp() - interval '1 day' as lapsed
  from data_deletion_requests
 where user_id = auth.uid() and scope <> 'domain'
 order by created_at desc, id desc limit 1 for no key update;

-- running_subscription --
-- When the paid period of a user ends whose subscription was not ended; null when there is none.
select max(lot.expires_at)
  from credit_lots lot
  join credit_ledger entry on entry.user_id = lot.user_id and entry.lot_id = lot.id
 where lot.user_id = %(user_id)s and lot.kind = 'subscription'
   and lot.expires_at > clock_timestamp()
   and entry.type = 'subscription' and starts_with(entry.idempotency_key, 'stripe:sub:')
   and not exists (
     select from private.stripe_events e join profiles p on p.id = lot.user_id
      where e.type = 'customer.subscription.deleted'
        and e.outcome ->> 'customer' = p.stripe_customer_id and e.created >= lot.created_at);

-- new_deletion --
-- A request to be forgotten.
insert into data_deletion_requests
  (user_id, scope, mode, confirmation_required, confirmation_token_hash)
values (auth.uid(), %(scope)s, %(mode)s, %(by_mail)s, %(token_hash)s)
returning id, request_id;

-- confirm_deletion --
-- The request is confirmed; with a grace it waits thirty days.
update data_deletion_requests set status = 'confirmed', confirmation_token_hash = null
 where id = %(id)s and status = 'pending'
returning mode;

-- schedule_deletion --
-- The request waits for its day.
update data_deletion_requests
   set status = 'scheduled', scheduled_for = clock_timestamp() + interval '30 days'
 where id = %(id)s
returning scheduled_for;

-- cancel_deletion --
-- The user thought better of it, or never confirmed it.
update data_deletion_requests
   set status = 'cancelled', confirmation_token_hash = null, error_code = %(code)s
 where id = %(id)s and status in ('pending', 'confirmed', 'scheduled')
returning request_id;

-- mark_leaving --
-- Whether an erasure of the user is coming, for banners.
insert into user_privacy_settings as mine (user_id, right_to_be_deleted_requested)
values (%(user_id)s, %(leaving)s)
on conflict (user_id) do update
   set right_to_be_deleted_requested = excluded.right_to_be_deleted_requested;

-- deletions_due --
-- Erasures whose day has come, whose work has stopped, or that failed and are owed.
select id from data_deletion_requests
 where (status = 'scheduled' and scheduled_for <= clock_timestamp())
    or (status = 'failed' and confirmed_at is not null)
    or (status in ('confirmed', 'processing') and updated_at < clock_timestamp() - interval '1 hour')
 order by due_at limit 1000;

-- deletions_unconfirmed --
-- Requests whose letter was not answered within a day.
select id, user_id from data_deletion_requests
 where status = 'pending' and requested_at < clock_timestamp() - interval '1 day'
 order by requested_at limit 1000;

-- deletion_of --
-- A request as its worker finds it, locked; `due` when there is work on it now.
select id, user_id, status,
       status in ('confirmed', 'processing', 'failed') and confirmed_at is not null
       or (status = 'scheduled' and scheduled_for <= clock_timestamp()) as due
  from data_deletion_requests where id = %(id)s for no key update;

-- letters_under_way --
-- Letters to a user that are still to be sent.
select count(*) from private.outbox
 where user_id = %(user_id)s and topic = 'email' and delivered_at is null and dead_at is null;

-- begin_deletion --
-- An erasure begins, or goes on in another round.
update data_deletion_requests
   set status = 'processing', error_code = null, plan = jsonb_build_object('pseudonym', gen_random_uuid())
       || plan || jsonb_build_object('round', coalesce((plan ->> 'round')::int, 0) + 1)
 where id = %(id)s
returning id, user_id, request_id, scope, (plan ->> 'pseudonym')::uuid as pseudonym,
          (plan ->> 'round')::int as round;

-- bury --
-- The number that what is kept will point at.
select private.end_of_user('bury', %(pseudonym)s);

-- jobs_under_way --
-- Jobs of the user that have not ended.
select id, attempt from jobs where status not in ('READY', 'FAILED', 'CANCELLED') order by id;

-- albums_under_way --
-- Albums of the user that somebody works on.
select id, attempt from video_jobs where goal is not null order by id;

-- give_back_holds --
-- Credits that are still held go back.
select release_credits(job_id) from credit_holds where user_id = %(user_id)s and status = 'open';

-- expect_stragglers --
-- A step runs for fifteen minutes at most: so long after its job was stopped files may appear.
update data_deletion_requests
   set plan = plan || jsonb_build_object('quiet_at', greatest(
         (plan ->> 'quiet_at')::timestamptz, (
           select max(coalesce(finished_at, clock_timestamp())) + interval '16 minutes'
             from (select finished_at from jobs where user_id = %(user_id)s and status <> 'READY'
                   union all
                   select finished_at from video_jobs
                    where user_id = %(user_id)s
                      and (goal is not null or status in ('failed', 'cancelled'))) stopped)))
 where id = %(id)s;

-- seconds_until_quiet --
-- How long files may still appear.
select greatest(0, extract(epoch from (plan ->> 'quiet_at')::timestamptz - clock_timestamp()))::float
  from data_deletion_requests where id = %(id)s;

-- tables_to_erase --
-- What is deleted and what is kept under the pseudonym.
select format('%%I.%%I', r.schema_name, r.table_name) as place, r.erase
  from private.registry r
 where r.owner_column is not null and r.erase in ('delete', 'cascade', 'anonymise')
 order by r.schema_name, r.table_name;

-- references --
-- Which of these tables point at which others, but for pointers that merely become empty.
select distinct format('%%I.%%I', child.relnamespace::regnamespace, child.relname) as child,
       format('%%I.%%I', parent.relnamespace::regnamespace, parent.relname) as parent
  from pg_constraint f
  join pg_class child on child.oid = f.conrelid
  join pg_class parent on parent.oid = f.confrelid
 where f.contype = 'f' and f.confdeltype <> 'n' and child.oid <> parent.oid
   and f.conparentid = 0;

-- erase_page --
-- Delete some rows of the user; answers how many.
select private.erase_page(%(id)s, %(table)s::regclass, %(limit)s);

-- anonymise_page --
-- Let some rows stand under the pseudonym; answers how many.
select private.anonymise_page(%(id)s, %(table)s::regclass, %(limit)s);

-- count_files --
-- Note how many files were deleted.
select private.report_erasure(%(id)s, 'erased', 'files', %(n)s);

-- traces --
-- Tables that still hold rows that should be gone.
select unnest(private.traces(%(user_id)s, 'data_only')) as place;

-- finish_erasure --
-- The last step of an erasure; answers the report.
select private.finish_erasure(%(id)s);

-- fail_deletion --
-- An erasure that was tried too often; it is taken up again the next day.
update data_deletion_requests set status = 'failed', error_code = 'ErasureFailed'
 where id = %(id)s and status = 'processing'
returning user_id, request_id;

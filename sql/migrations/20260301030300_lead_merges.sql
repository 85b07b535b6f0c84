-- Leads that turn out to be one: found, merged into one of them, and taken apart again.
-- The one that stays keeps what it says and is given what it does not say. The other is thrown away
-- with a pointer to it; what it did and the points it got move over, so that rescoring finds points
-- given and points due side by side and adds nothing twice. What a merge moved and changed is written
-- down, so that undoing it is exact and lets be what was changed since.

create table lead_merges (
  id              uuid primary key default gen_random_uuid(),
  created_by      uuid not null default auth.uid(),
  lead_id         uuid not null,
  merged_id       uuid not null,
  before          jsonb not null default '{}' constraint lead_merges_before_is_object
                  check (jsonb_typeof(before) = 'object'),
  after           jsonb not null default '{}' constraint lead_merges_after_is_object
                  check (jsonb_typeof(after) = 'object'),
  activity_ids    uuid[] not null default '{}',
  score_event_ids uuid[] not null default '{}',
  contact_ids     uuid[] not null default '{}',
  inbox           jsonb not null default '{}' constraint lead_merges_inbox_is_object
                  check (jsonb_typeof(inbox) = 'object'),
  undone_at       timestamptz,
  created_at      timestamptz not null default clock_timestamp(),
  constraint lead_merges_of_own_lead foreign key (lead_id, created_by)
    references leads (id, created_by) on delete cascade,
  constraint lead_merges_of_own_merged foreign key (merged_id, created_by)
    references leads (id, created_by) on delete cascade
);
create unique index lead_merges_open_once on lead_merges (merged_id, created_by) where undone_at is null;
create index lead_merges_by_merged on lead_merges (merged_id);
create index lead_merges_by_lead on lead_merges (lead_id, created_at desc);
select private.describe('lead_merges', $$
  Leads that were merged into another, and what that changed.
  created_by: Whose leads they are.
  lead_id: The lead that stays.
  merged_id: The lead that turned out to be it.
  before: Fields of the lead that stays, as they were before the merge gave them a value.
  after: The same fields, as the merge left them.
  activity_ids: What the merged lead did, now filed with the one that stays.
  score_event_ids: Its points, likewise.
  contact_ids: Its e-mail contacts, likewise.
  inbox: {moved: id} or {removed: line, kept: id, notes_before, notes_after}: what became of its line.
  undone_at: When the two were taken apart again.
$$);
select private.enrol('lead_merges', owner => 'created_by', erase => 'cascade');

alter table leads add constraint leads_merged_is_gone check (merged_into_id is null or deleted_at is not null);

-- What a lead did is never changed, but it may follow its lead into the one it was merged into, and
-- back.
create function private.follow_merge() returns trigger
language plpgsql set search_path = '' as $$
begin
  if exists (
    select from public.lead_merges
     where created_by = new.created_by and undone_at is null
       and ((merged_id = old.lead_id and lead_id = new.lead_id)
            or (lead_id = old.lead_id and merged_id = new.lead_id))) then
    return new;
  end if;
  raise exception '% stay with their lead', tg_table_name using errcode = '42501';
end $$;
comment on function private.follow_merge() is
  'Trigger: rows change their lead only when it is merged or taken apart.';
do $$
declare
  log name;
begin
  foreach log in array array['lead_activities', 'lead_score_events'] loop
    execute format('drop trigger %I on %I', log || '_append_only', log);
    execute format('create trigger %I before delete on %I for each row execute function private.append_only()',
                   log || '_append_only', log);
    execute format('create trigger %I before update on %I for each row '
                   'when (to_jsonb(new) - ''lead_id'' <> to_jsonb(old) - ''lead_id'') '
                   'execute function private.append_only()', log || '_unchanged', log);
    execute format('create trigger %I before update on %I for each row when (new.lead_id <> old.lead_id) '
                   'execute function private.follow_merge()', log || '_follow', log);
    execute format('grant update (lead_id) on %I to service_role', log);
  end loop;
end $$;
update private.registry set service_may = 'select, insert, update (lead_id)'
 where table_name in ('lead_activities', 'lead_score_events');

-- Links in letters name the lead they were sent to, also after it was merged.
create function private.file_activity() returns trigger
language plpgsql set search_path = '' as $$
declare
  become uuid;
begin
  loop
    select merged_into_id into become
      from public.leads where id = new.lead_id and created_by = new.created_by;
    exit when become is null;
    new.lead_id := become;
  end loop;
  return new;
end $$;
comment on function private.file_activity() is
  'Trigger: what a merged lead does is done by the one it was merged into.';
create trigger lead_activities_filed before insert on lead_activities
  for each row execute function private.file_activity();

create function duplicate_leads(p_limit int = 100) returns table (
  reason text, value text, lead_ids uuid[]
)
language sql stable set search_path = '' as $$
  with live as (
    select * from public.leads where created_by = auth.uid() and deleted_at is null
  ), keyed as (
    select 'phone' as reason, right(regexp_replace(phone, '\D', '', 'g'), 9) as value, live.*
      from live where length(regexp_replace(phone, '\D', '', 'g')) >= 7
    union all
    select 'email', regexp_replace(email, '\+[^@]*@', '@'), live.* from live where email is not null
    union all
    select 'name and company', lower(concat(btrim(first_name), ' ', btrim(last_name), ', ', btrim(company))), live.*
      from live where btrim(first_name) <> '' and btrim(last_name) <> '' and btrim(company) <> ''
  )
  select k.reason, k.value,
         array_agg(k.id order by array_position(array['lost', 'new', 'contacted', 'qualified', 'opportunity',
                                                      'converted'], k.status) desc,
                                 k.lead_score desc, k.created_at, k.id)
    from keyed k
   group by k.reason, k.value having count(*) > 1
   order by count(*) desc, k.reason, k.value
   limit least(greatest(p_limit, 1), 1000)
$$;
comment on function duplicate_leads(int) is
  'One''s leads that look like one: same phone (last nine digits), same address (without +tag), or same name and company; the one to keep comes first.';
select private.allow('duplicate_leads(int)', 'authenticated, service_role');

create function private.set_lead(p_lead_id uuid, p_fields jsonb) returns void
language sql set search_path = '' as $$
  update public.leads l
     set (first_name, last_name, email, company, job_title, phone, industry, company_size, country,
          annual_revenue, campaign_id, tags, enriched_data, consent, last_activity_at) = (
       select f.first_name, f.last_name, f.email, f.company, f.job_title, f.phone, f.industry, f.company_size,
              f.country, f.annual_revenue, f.campaign_id, f.tags, f.enriched_data, f.consent, f.last_activity_at
         from jsonb_populate_record(l, p_fields) f)
   where id = p_lead_id
$$;
comment on function private.set_lead(uuid, jsonb) is 'Give fields of a lead other values.';

-- One lead into another; the caller holds both.
create function private.merge_lead(p_into public.leads, p_from public.leads, p_fields jsonb)
returns public.lead_merges
language plpgsql set search_path = '' as $$
declare
  says constant jsonb := to_jsonb(p_into);
  said constant jsonb := to_jsonb(p_from);
  line public.autopilot_lead_inbox;
  kept public.autopilot_lead_inbox;
  said_of_both text;
  merge public.lead_merges;
begin
  select coalesce(jsonb_object_agg(field, value), '{}') into merge.after from (
    select field, said -> field as value
      from unnest(array['first_name', 'last_name', 'email', 'company', 'job_title', 'phone', 'industry',
                        'company_size', 'country', 'annual_revenue', 'campaign_id']) field
     where said ->> field is not null
       and (says ->> field is null or p_fields ->> field = p_from.id::text)
    union all
    select 'tags', to_jsonb(p_into.tags || array(
      select tag from unnest(p_from.tags) with ordinality other (tag, place)
       where tag <> all (p_into.tags) order by place))
    union all
    select 'enriched_data', p_from.enriched_data || p_into.enriched_data
    union all
    select 'consent', p_from.consent || p_into.consent
    union all
    select 'last_activity_at', to_jsonb(greatest(p_into.last_activity_at, p_from.last_activity_at))
  ) given where value is distinct from says -> field;

  insert into public.lead_merges (created_by, lead_id, merged_id, before, after, activity_ids, score_event_ids,
                                  contact_ids)
  values (p_into.created_by, p_into.id, p_from.id,
          (select coalesce(jsonb_object_agg(field, says -> field), '{}') from jsonb_object_keys(merge.after) field),
          merge.after,
          array(select id from public.lead_activities where lead_id = p_from.id),
          array(select id from public.lead_score_events where lead_id = p_from.id),
          array(select id from public.email_contacts where lead_id = p_from.id))
  returning * into merge;

  update public.lead_activities set lead_id = p_into.id where id = any (merge.activity_ids);
  update public.lead_score_events set lead_id = p_into.id where id = any (merge.score_event_ids);
  update public.email_contacts set lead_id = p_into.id where id = any (merge.contact_ids);

  select * into line from public.autopilot_lead_inbox where lead_id = p_from.id;
  select * into kept from public.autopilot_lead_inbox where lead_id = p_into.id;
  if line.id is not null and kept.id is null then
    update public.autopilot_lead_inbox set lead_id = p_into.id where id = line.id;
    merge.inbox := jsonb_build_object('moved', line.id);
  elsif line.id is not null then
    delete from public.autopilot_lead_inbox where id = line.id;
    said_of_both := nullif(concat_ws(E'\n', kept.notes, line.notes), '');
    update public.autopilot_lead_inbox set notes = said_of_both where id = kept.id;
    merge.inbox := jsonb_build_object(
      'removed', to_jsonb(line), 'kept', kept.id, 'notes_before', kept.notes, 'notes_after', said_of_both);
  end if;
  update public.lead_merges set inbox = merge.inbox where id = merge.id returning * into merge;

  update public.leads set deleted_at = clock_timestamp(), merged_into_id = p_into.id where id = p_from.id;
  perform private.set_lead(p_into.id, merge.after);
  insert into public.lead_activities (created_by, lead_id, activity_type, activity_data, source, is_bot)
  values (p_into.created_by, p_into.id, 'merged',
          jsonb_build_object('merge_id', merge.id, 'lead_id', p_from.id), 'system', true);
  return merge;
end $$;
comment on function private.merge_lead(public.leads, public.leads, jsonb) is
  'Merge one lead into another, in the transaction of whoever holds both.';

create function merge_leads(p_into uuid, p_leads uuid[], p_fields jsonb = '{}') returns setof lead_merges
language plpgsql security definer set search_path = '' set timezone = 'UTC' as $$
declare
  ranks constant text[] := array['lost', 'new', 'contacted', 'qualified', 'opportunity', 'converted'];
  choosable constant text[] := array['first_name', 'last_name', 'email', 'company', 'job_title', 'phone',
                                     'industry', 'company_size', 'country', 'annual_revenue', 'campaign_id'];
  named constant uuid[] := array(select distinct unnest(p_leads || p_into) order by 1);
  wrong text;
  stays public.leads;
  goes public.leads;
begin
  if auth.uid() is null then
    raise exception 'leads are merged by whose they are' using errcode = '42501';
  elsif p_into is null or array_position(p_leads, null) is not null
        or coalesce(cardinality(p_leads), 0) not between 1 and 50 then
    raise exception 'p_leads: name 1 to 50 leads to merge into p_into' using errcode = '22023';
  elsif p_into = any (p_leads) then
    raise exception 'p_leads: a lead cannot be merged into itself' using errcode = '22023';
  end if;
  select field into wrong from jsonb_each_text(p_fields) chosen (field, lead)
   where field <> all (choosable) or lead is null or lead <> all (p_leads::text[]);
  if found then
    raise exception 'p_fields: % does not name a field of a lead and one of p_leads', wrong
      using errcode = '22023', hint = 'Fields: ' || array_to_string(choosable, ', ') || '.';
  end if;

  perform from public.leads where id = any (named) and created_by = auth.uid() order by id for no key update;
  select string_agg(wanted::text, ', ') into wrong from unnest(named) wanted
   where not exists (select from public.leads where id = wanted and created_by = auth.uid());
  if wrong is not null then
    raise exception 'there is no such lead of yours: %', wrong using errcode = 'PT404';
  end if;
  select * into goes from public.leads where id = any (named) and deleted_at is not null order by id limit 1;
  if found then
    raise exception 'lead % is %', goes.id,
      case when goes.merged_into_id is null then 'thrown away' else 'merged into another' end
      using errcode = '55000', hint = coalesce('It is part of ' || goes.merged_into_id || ' now.',
                                               'Take it back first: set deleted_at to null.');
  end if;
  select * into stays from public.leads where id = p_into;
  select * into goes from public.leads
   where id = any (p_leads) and array_position(ranks, status) > array_position(ranks, stays.status)
   order by array_position(ranks, status) desc, id limit 1;
  if found then
    raise exception 'lead % is % and would be merged into one that is %', goes.id, goes.status, stays.status
      using errcode = '55000', hint = 'Merge into ' || goes.id || ' instead.';
  end if;

  for goes in select * from public.leads where id = any (p_leads) order by array_position(p_leads, id) loop
    select * into stays from public.leads where id = p_into;
    return next private.merge_lead(stays, goes, p_fields);
  end loop;
end $$;
comment on function merge_leads(uuid, uuid[], jsonb) is
  'Merge leads into one that stays: it keeps its own values, {field: lead} says where another lead''s count instead. Each merge can be undone.';

create function unmerge_lead(p_merge_id uuid) returns lead_merges
language plpgsql security definer set search_path = '' set timezone = 'UTC' as $$
declare
  merge public.lead_merges;
  stays public.leads;
begin
  select * into merge from public.lead_merges
   where id = p_merge_id and created_by = auth.uid() for update;
  if not found then
    raise exception 'there is no such merge of yours' using errcode = 'PT404';
  elsif merge.undone_at is not null then
    raise exception 'this merge was undone before' using errcode = '55000';
  end if;
  perform from public.leads where id in (merge.lead_id, merge.merged_id) order by id for no key update;
  select * into stays from public.leads where id = merge.lead_id;
  if stays.merged_into_id is not null then
    raise exception 'lead % was merged into another since', stays.id
      using errcode = '55000', hint = 'Undo that merge first.';
  end if;

  update public.lead_activities set lead_id = merge.merged_id
   where id = any (merge.activity_ids) and lead_id = merge.lead_id;
  update public.lead_score_events set lead_id = merge.merged_id
   where id = any (merge.score_event_ids) and lead_id = merge.lead_id;
  update public.email_contacts set lead_id = merge.merged_id
   where id = any (merge.contact_ids) and lead_id = merge.lead_id;
  update public.autopilot_lead_inbox set lead_id = merge.merged_id
   where id = (merge.inbox ->> 'moved')::uuid and lead_id = merge.lead_id;
  insert into public.autopilot_lead_inbox
    (id, user_id, lead_id, status, notes, read_at, snoozed_until, received_at, created_at)
  select id, user_id, lead_id, status, notes, read_at, snoozed_until, received_at, created_at
    from jsonb_populate_record(null::public.autopilot_lead_inbox, merge.inbox -> 'removed')
   where merge.inbox ? 'removed';
  update public.autopilot_lead_inbox set notes = merge.inbox ->> 'notes_before'
   where id = (merge.inbox ->> 'kept')::uuid and notes is not distinct from merge.inbox ->> 'notes_after';

  perform private.set_lead(stays.id, (
    select coalesce(jsonb_object_agg(field, merge.before -> field), '{}')
      from jsonb_object_keys(merge.after) field where to_jsonb(stays) -> field = merge.after -> field));
  update public.leads set merged_into_id = null, deleted_at = null where id = merge.merged_id;
  update public.lead_merges set undone_at = clock_timestamp() where id = merge.id returning * into merge;
  insert into public.lead_activities (created_by, lead_id, activity_type, activity_data, source, is_bot)
  select merge.created_by, lead, 'merge_undone', jsonb_build_object('merge_id', merge.id), 'system', true
    from unnest(array[merge.lead_id, merge.merged_id]) lead;
  return merge;
end $$;
comment on function unmerge_lead(uuid) is
  'Take two merged leads apart: what moved goes back, what the merge filled in is taken out, what was changed since stays.';

select private.allow('private.merge_lead(public.leads, public.leads, jsonb)', 'service_role');
select private.allow('private.set_lead(uuid, jsonb)', 'service_role');
select private.allow('merge_leads(uuid, uuid[], jsonb)', 'authenticated, service_role');
select private.allow('unmerge_lead(uuid)', 'authenticated, service_role');
grant create on schema public to service_role;
alter function merge_leads(uuid, uuid[], jsonb) owner to service_role;
alter function unmerge_lead(uuid) owner to service_role;
revoke create on schema public from service_role;

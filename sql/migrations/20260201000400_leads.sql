-- Leads: people who may buy, what they did, and a score that follows from rules and explains itself.
-- lead_score_events is to points what a ledger is to money: rescoring adds the difference between
-- what the rules give now and what was given so far, so doing it again adds nothing.

create table leads (
  id               uuid primary key default gen_random_uuid(),
  created_by       uuid not null default auth.uid() constraint leads_of_user
                   references auth.users (id) on delete cascade,
  first_name       text,
  last_name        text,
  email            text constraint leads_email_shape check (email ~ '^[^@\s]+@[^@\s]+$'
                   and email = lower(email) and length(email) <= 320),
  company          text,
  job_title        text,
  phone            text,
  industry         text,
  company_size     text,
  country          text,
  annual_revenue   numeric,
  source           text not null constraint leads_source_length
                   check (btrim(source) <> '' and length(source) <= 100),
  source_details   jsonb not null default '{}' constraint leads_source_details_is_object
                   check (jsonb_typeof(source_details) = 'object'),
  external_id      text,
  campaign_id      uuid,
  status           text not null default 'new' constraint leads_status_known
                   check (status in ('new', 'contacted', 'qualified', 'opportunity', 'converted', 'lost')),
  lead_score       integer not null default 0 constraint leads_score_range
                   check (lead_score between 0 and 100),
  score_breakdown  jsonb not null default '[]' constraint leads_breakdown_is_array
                   check (jsonb_typeof(score_breakdown) = 'array'),
  score_updated_at timestamptz,
  tags             text[] not null default '{}',
  enriched_data    jsonb not null default '{}' constraint leads_enriched_data_is_object
                   check (jsonb_typeof(enriched_data) = 'object'),
  consent          jsonb not null default '{}' constraint leads_consent_is_object
                   check (jsonb_typeof(consent) = 'object'),
  last_activity_at timestamptz,
  merged_into_id   uuid,
  deleted_at       timestamptz,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  constraint leads_owned unique (id, created_by),
  constraint leads_external_once unique (created_by, source, external_id),
  constraint leads_of_own_campaign foreign key (campaign_id, created_by)
    references campaigns (id, created_by) on delete set null (campaign_id),
  constraint leads_merged_into_own foreign key (merged_into_id, created_by)
    references leads (id, created_by) on delete set null (merged_into_id),
  constraint leads_not_merged_into_itself check (merged_into_id <> id)
);
create unique index leads_email_once on leads (created_by, email)
  where email is not null and deleted_at is null;
create index leads_by_status on leads (created_by, status, created_at desc, id desc);
create index leads_by_source on leads (created_by, source, created_at desc, id desc);
create index leads_by_score on leads (created_by, lead_score desc, id desc);
create index leads_by_company on leads (created_by, company);
create index leads_by_campaign on leads (campaign_id) where campaign_id is not null;
create index leads_by_merge on leads (merged_into_id) where merged_into_id is not null;
create index leads_to_score on leads (created_by) where score_updated_at is null;
select private.describe('leads', $$
  People who may buy.
  created_by: Whose lead it is.
  first_name: Given name.
  last_name: Family name.
  email: Address, kept in lower case.
  company: Where they work.
  job_title: What they do there.
  phone: Number to call.
  industry: What the company does.
  company_size: How large it is.
  country: Where it is.
  annual_revenue: What it turns over in a year.
  source: Where the lead came from.
  source_details: {form, page, referrer, ...}.
  external_id: Name of the lead at its source.
  campaign_id: The campaign that brought it.
  status: new, contacted, qualified, opportunity, converted or lost.
  lead_score: How promising, from 0 to 100; follows from lead_score_events.
  score_breakdown: [{rule, points}]: what the score is made of.
  score_updated_at: When the score was last computed; null when it must be computed anew.
  tags: Labels.
  enriched_data: What was found out elsewhere.
  consent: {purpose: {given_at, source}}.
  last_activity_at: When they last did something.
  merged_into_id: The lead this one turned out to be.
  deleted_at: When its owner threw it away.
$$);
select private.enrol('leads', owner => 'created_by', kind => 'STDU', touched_by =>
  'first_name, last_name, email, company, job_title, phone, industry, company_size, country,
   annual_revenue, source, source_details, campaign_id, status, tags, enriched_data, consent,
   merged_into_id, deleted_at', users_may =>
  'select, delete,
   insert (id, created_by, first_name, last_name, email, company, job_title, phone, industry,
           company_size, country, annual_revenue, source, source_details, external_id, campaign_id,
           status, tags, consent),
   update (first_name, last_name, email, company, job_title, phone, industry, company_size, country,
           annual_revenue, source, source_details, external_id, campaign_id, status, tags, consent,
           deleted_at)');
select private.guard_states('leads', 'status',
  'new -> contacted, lost',
  'contacted -> qualified, lost',
  'qualified -> opportunity, lost',
  'opportunity -> converted, lost',
  'converted -> lost',
  'lost -> contacted');

create function private.tidy_lead() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.email := nullif(lower(btrim(new.email)), '');
  if new.status = 'customer' then                  -- what some sources call it
    new.status := 'converted';
  end if;
  if tg_op = 'UPDATE' and new.score_updated_at is not distinct from old.score_updated_at
     and to_jsonb(new) - array['lead_score', 'score_breakdown', 'last_activity_at', 'updated_at']
         <> to_jsonb(old) - array['lead_score', 'score_breakdown', 'last_activity_at', 'updated_at'] then
    new.score_updated_at := null;
  end if;
  return new;
end $$;
comment on function private.tidy_lead() is
  'Trigger: one spelling of addresses and statuses; a changed lead must be scored anew.';
create trigger leads_a_tidy before insert or update on leads
  for each row execute function private.tidy_lead();

create table lead_activities (
  id            uuid primary key default gen_random_uuid(),
  created_by    uuid not null default auth.uid(),
  lead_id       uuid not null,
  activity_type text not null constraint lead_activities_type_shape
                check (activity_type ~ '^[a-z][a-z0-9_]{0,49}$'),
  activity_data jsonb not null default '{}' constraint lead_activities_data_is_object
                check (jsonb_typeof(activity_data) = 'object'),
  source        text,
  dedupe_key    text,
  is_bot        boolean not null default false,
  occurred_at   timestamptz not null default now(),
  created_at    timestamptz not null default now(),
  constraint lead_activities_owned unique (id, created_by),
  constraint lead_activities_once unique (created_by, dedupe_key),
  constraint lead_activities_of_own_lead foreign key (lead_id, created_by)
    references leads (id, created_by) on delete cascade
);
create index lead_activities_by_lead on lead_activities (lead_id, occurred_at desc, id desc);
create index lead_activities_by_type on lead_activities (lead_id, activity_type, occurred_at) where not is_bot;
select private.describe('lead_activities', $$
  What a lead did, and what was done about it.
  created_by: Whose lead it is.
  lead_id: The lead.
  activity_type: email_opened, email_clicked, form_filled, call_scheduled, page_view, note, ...
  activity_data: More about it.
  source: Where it was noticed.
  dedupe_key: The same key is noted once.
  is_bot: Done by a machine; does not count.
  occurred_at: When it happened.
$$);
select private.enrol('lead_activities', owner => 'created_by', kind => 'LOG', erase => 'cascade',
  users_may => 'select, insert (id, lead_id, activity_type, activity_data, source, dedupe_key, occurred_at)');

create table lead_scoring_rules (
  id           uuid primary key default gen_random_uuid(),
  created_by   uuid not null default auth.uid() constraint lead_scoring_rules_of_user
               references auth.users (id) on delete cascade,
  rule_name    text not null constraint lead_scoring_rules_name_length
               check (btrim(rule_name) <> '' and length(rule_name) <= 200),
  conditions   jsonb not null,
  score_weight integer not null constraint lead_scoring_rules_weight_range
               check (score_weight between -100 and 100),
  is_active    boolean not null default true,
  group_name   text not null default 'general',
  repeatable   boolean not null default false,
  max_per_lead integer constraint lead_scoring_rules_max_positive check (max_per_lead > 0),
  decay_days   integer constraint lead_scoring_rules_decay_range check (decay_days between 1 and 3650),
  priority     integer not null default 0,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  constraint lead_scoring_rules_name_once unique (created_by, rule_name)
);
select private.describe('lead_scoring_rules', $$
  What makes a lead promising.
  created_by: Whose rule it is.
  rule_name: What it is called.
  conditions: When it applies: {all|any: [...]}, {not: ...}, {field, op, value} or {activity, count_gte, within_days}.
  score_weight: Points it gives, or takes.
  is_active: Whether it is used.
  group_name: Rules shown together.
  repeatable: Gives its points once for every count_gte activities.
  max_per_lead: How often at most.
  decay_days: Activities older than this no longer count.
  priority: Order to show them in.
$$);
select private.enrol('lead_scoring_rules', owner => 'created_by', kind => 'STDU',
  users_may => 'select, insert, update, delete');

-- Conditions are data, so they are translated into one statement over all leads rather than walked
-- for each: every name comes from a list, every value goes in quoted.

create function private.number(p_text text) returns numeric
language sql immutable set search_path = '' as $$
  select case when p_text ~ '^\s*-?\d{1,30}(\.\d{1,30})?\s*$' then p_text::numeric end
$$;
comment on function private.number(text) is 'A number, or null for what is none.';

create function private.count_of_activity(p_leaf jsonb, p_decay_days int) returns text
language plpgsql immutable set search_path = '' as $$
declare
  v_days constant int := least(private.number(p_leaf ->> 'within_days'), p_decay_days);
begin
  if p_leaf - array['activity', 'count_gte', 'within_days'] <> '{}'
     or jsonb_typeof(p_leaf -> 'activity') <> 'string'
     or jsonb_typeof(coalesce(p_leaf -> 'count_gte', '1')) <> 'number'
     or (p_leaf ->> 'count_gte')::numeric not between 1 and 10000
     or jsonb_typeof(coalesce(p_leaf -> 'within_days', '1')) <> 'number'
     or (p_leaf ->> 'within_days')::numeric not between 1 and 3650 then
    raise exception 'not an activity condition: %', p_leaf using errcode = '22023';
  end if;
  return format(
    '(select count(*) from public.lead_activities a where a.lead_id = l.id and a.activity_type = %L'
    ' and not a.is_bot and a.occurred_at <= $2 and a.occurred_at > coalesce($2 - %L::interval, ''-infinity''))',
    p_leaf ->> 'activity', v_days || ' days');
end $$;
comment on function private.count_of_activity(jsonb, int) is
  'SQL that counts what lead l did, as an activity condition says.';

create function private.field_condition(p_leaf jsonb) returns text
language plpgsql immutable set search_path = '' as $$
declare
  v_field constant text := p_leaf ->> 'field';
  v_op constant text := p_leaf ->> 'op';
  v_value constant jsonb := p_leaf -> 'value';
  v_text constant text := lower(p_leaf ->> 'value');
  v_path constant text[] := string_to_array(v_field, '.');
  v_is text;
  v_known constant text[] := array[
    'first_name', 'last_name', 'email', 'company', 'job_title', 'phone', 'industry', 'company_size',
    'country', 'annual_revenue', 'source', 'status', 'tags'];
begin
  if v_field = any (v_known) then
    v_is := format('l.%I', v_field);
  elsif v_path[1] in ('enriched_data', 'source_details', 'consent') and cardinality(v_path) between 2 and 6 then
    v_is := format('(l.%I #>> %L)', v_path[1], v_path[2:]);
  else
    raise exception 'leads have no field %', v_field using errcode = '22023';
  end if;
  if p_leaf - array['field', 'op', 'value'] <> '{}'
     or (v_op = 'exists' and jsonb_typeof(coalesce(v_value, 'true')) <> 'boolean')
     or (v_op = 'in' and jsonb_typeof(v_value) is distinct from 'array')
     or (v_op in ('gt', 'gte', 'lt', 'lte') and jsonb_typeof(v_value) is distinct from 'number')
     or (v_op in ('eq', 'ne') and coalesce(jsonb_typeof(v_value), '') not in ('string', 'number', 'boolean'))
     or (v_op in ('contains', 'matches_domain') and jsonb_typeof(v_value) is distinct from 'string') then
    raise exception 'not a condition on a field: %', p_leaf using errcode = '22023';
  end if;
  if v_op = 'exists' then
    return format('((%s is not null%s) = %L)', v_is,
                  case v_field when 'tags' then ' and l.tags <> ''{}''' else '' end,
                  coalesce(v_value, 'true')::text);
  elsif v_field = 'tags' and v_op in ('eq', 'ne', 'in', 'contains') then
    return format('(%s exists (select from unnest(l.tags) tag where lower(tag) = any (%L)))',
                  case v_op when 'ne' then 'not' else '' end,
                  case v_op when 'in' then array(select lower(jsonb_array_elements_text(v_value)))
                            else array[v_text] end);
  end if;
  return format('coalesce(%s, %L)', case v_op
    when 'eq' then format('lower(%s::text) = %L', v_is, v_text)
    when 'ne' then format('lower(%s::text) <> %L', v_is, v_text)
    when 'in' then format('lower(%s::text) = any (%L)', v_is,
                          array(select lower(jsonb_array_elements_text(v_value))))
    when 'contains' then format('position(%L in lower(%s::text)) > 0', v_text, v_is)
    when 'gt' then format('private.number(%s::text) > %L::numeric', v_is, v_text)
    when 'gte' then format('private.number(%s::text) >= %L::numeric', v_is, v_text)
    when 'lt' then format('private.number(%s::text) < %L::numeric', v_is, v_text)
    when 'lte' then format('private.number(%s::text) <= %L::numeric', v_is, v_text)
    when 'matches_domain' then
      format('split_part(lower(%s::text), ''@'', 2) = %2$L or lower(%1$s::text) like %3$L', v_is,
             ltrim(v_text, '@'), '%.' || replace(replace(replace(ltrim(v_text, '@'), '\', '\\'), '%', '\%'), '_', '\_'))
    end, v_op = 'ne');
end $$;
comment on function private.field_condition(jsonb) is 'SQL that says whether a field of lead l is as a condition says.';

create function private.lead_condition(p_condition jsonb, p_decay_days int = null, p_depth int = 1)
returns text
language plpgsql immutable set search_path = '' as $$
declare
  v_key constant text := case when p_condition ? 'all' then 'all' when p_condition ? 'any' then 'any' end;
begin
  if jsonb_typeof(p_condition) is distinct from 'object' or p_depth > 8 then
    raise exception 'a condition is an object, at most 8 deep' using errcode = '22023';
  elsif v_key is not null then
    if p_condition - v_key <> '{}' or jsonb_typeof(p_condition -> v_key) <> 'array'
       or jsonb_array_length(p_condition -> v_key) not between 1 and 50 then
      raise exception '% takes a list of 1 to 50 conditions', v_key using errcode = '22023';
    end if;
    return (
      select '(' || string_agg(private.lead_condition(part, p_decay_days, p_depth + 1),
                               case v_key when 'all' then ' and ' else ' or ' end) || ')'
        from jsonb_array_elements(p_condition -> v_key) part);
  elsif p_condition ? 'not' then
    if p_condition - 'not' <> '{}' then
      raise exception 'not stands alone' using errcode = '22023';
    end if;
    return format('(not %s)', private.lead_condition(p_condition -> 'not', p_decay_days, p_depth + 1));
  elsif p_condition ? 'activity' then
    return format('(%s >= %L::int)', private.count_of_activity(p_condition, p_decay_days),
                  coalesce(p_condition ->> 'count_gte', '1'));
  elsif coalesce(p_condition ->> 'op', '') <> all (array[
      'eq', 'ne', 'in', 'contains', 'gt', 'gte', 'lt', 'lte', 'exists', 'matches_domain']) then
    raise exception 'not a condition: %', p_condition using errcode = '22023';
  end if;
  return private.field_condition(p_condition);
end $$;
comment on function private.lead_condition(jsonb, int, int) is 'SQL that says whether lead l meets a condition.';

create function private.points_of_rule(p_rule public.lead_scoring_rules) returns text
language sql immutable set search_path = '' as $$
  select format('case when %s then %s else 0 end',
    private.lead_condition(p_rule.conditions, p_rule.decay_days),
    coalesce((
      select format('%L::int * least(%L::int, greatest(1, %s / %L::int))', p_rule.score_weight,
                    coalesce(p_rule.max_per_lead, 2147483647),
                    private.count_of_activity(leaf, p_rule.decay_days), coalesce(leaf ->> 'count_gte', '1'))
        from jsonb_path_query(p_rule.conditions, 'strict $.** ? (exists (@.activity))') leaf
       where p_rule.repeatable limit 1), format('%L::int', p_rule.score_weight)))
$$;
comment on function private.points_of_rule(public.lead_scoring_rules) is 'SQL that says how many points a rule gives lead l.';

create function private.check_conditions() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if length(new.conditions::text) > 8000 then
    raise exception 'the conditions are too long' using errcode = '22023';
  end if;
  perform private.points_of_rule(new);
  return new;
end $$;
comment on function private.check_conditions() is 'Trigger: only conditions that can be answered are kept.';
create trigger lead_scoring_rules_conditions before insert or update of conditions on lead_scoring_rules
  for each row execute function private.check_conditions();

create table lead_score_events (
  id          uuid primary key default gen_random_uuid(),
  created_by  uuid not null default auth.uid(),
  lead_id     uuid not null,
  rule_id     uuid,
  activity_id uuid,
  delta       integer not null constraint lead_score_events_delta_counts check (delta <> 0),
  reason      text not null,
  expires_at  timestamptz,
  created_at  timestamptz not null default clock_timestamp(),
  constraint lead_score_events_of_own_lead foreign key (lead_id, created_by)
    references leads (id, created_by) on delete cascade,
  constraint lead_score_events_of_own_activity foreign key (activity_id, created_by)
    references lead_activities (id, created_by) on delete cascade,
  constraint lead_score_events_once unique (lead_id, created_by, rule_id, activity_id)
);
create unique index lead_score_events_given_once on lead_score_events (created_by, activity_id)
  where rule_id is null and activity_id is not null;
create index lead_score_events_by_lead on lead_score_events (lead_id, rule_id);
select private.describe('lead_score_events', $$
  Points given and taken: what counts adds up to a lead's score.
  created_by: Whose lead it is.
  lead_id: The lead.
  rule_id: The rule, which may be gone by now; null when a person gave them.
  activity_id: The activity they were given for.
  delta: How many; negative takes.
  reason: Why.
  expires_at: When points given by a person stop counting; those of rules end by the rule.
$$);
select private.enrol('lead_score_events', owner => 'created_by', kind => 'LOG', erase => 'cascade',
  users_may => 'select, insert (id, lead_id, activity_id, delta, reason, expires_at)');

-- Nested loops are off: the planner cannot know how many points there are, and looping over them for
-- each lead takes minutes where hashing takes a second.
create function leads_rescore(
  p_owner uuid, p_lead_ids uuid[] = null, p_now timestamptz = null
) returns bigint
language plpgsql set search_path = '' set enable_nestloop = off as $$
declare
  v_rules text;
  v_changed bigint;
begin
  -- Two who rescore one lead take turns, and the second sees what the first gave. The lock lets
  -- foreign keys be: whoever noted an activity holds one on the lead already.
  perform from public.leads
   where created_by = p_owner and (p_lead_ids is null or id = any (p_lead_ids)) order by id for no key update;
  p_now := coalesce(p_now, clock_timestamp());     -- read after the wait: what was seen is not to come
  select coalesce(string_agg(format('(%L::uuid, %L, %s)', id, rule_name, private.points_of_rule(rule)), ', '),
                  '(null::uuid, '''', 0)')
    into v_rules
    from public.lead_scoring_rules rule where created_by = p_owner and is_active;
  execute format($query$
    with due as materialized (
      select l.id lead_id, r.rule_id, r.rule_name, r.points::int points
        from public.leads l cross join lateral (values %s) r (rule_id, rule_name, points)
       where l.created_by = $1 and ($3 is null or l.id = any ($3)) and l.deleted_at is null
         and r.points <> 0
    ), given as (
      select lead_id, rule_id, sum(delta)::int points from public.lead_score_events
       where created_by = $1 and ($3 is null or lead_id = any ($3)) and rule_id is not null
       group by lead_id, rule_id
    ), noted as (
      insert into public.lead_score_events (created_by, lead_id, rule_id, delta, reason)
      select $1, lead_id, rule_id, coalesce(due.points, 0) - coalesce(given.points, 0),
             coalesce(due.rule_name, 'No longer applies')
        from due full join given using (lead_id, rule_id)
       where coalesce(due.points, 0) <> coalesce(given.points, 0)
    ), parts as (
      select lead_id, rule_name, points from due
      union all
      select lead_id, 'By hand', sum(delta)::int from public.lead_score_events
       where created_by = $1 and ($3 is null or lead_id = any ($3)) and rule_id is null
         and (expires_at is null or expires_at > $2)
       group by lead_id
    ), scored as (
      select l.id lead_id, greatest(0, least(100, coalesce(sum(points), 0))) score,
             coalesce(jsonb_agg(jsonb_build_object('rule', rule_name, 'points', points)
                                order by abs(points) desc, rule_name)
                        filter (where points is not null), '[]') breakdown
        from public.leads l left join parts on parts.lead_id = l.id
       where l.created_by = $1 and ($3 is null or l.id = any ($3))
       group by l.id
    ), moved as (
      update public.leads l
         set lead_score = s.score, score_breakdown = s.breakdown, score_updated_at = $2
        from scored s
       where l.id = s.lead_id and l.created_by = $1 and ($3 is null or l.id = any ($3))
         and (l.score_updated_at is null
              or (l.lead_score, l.score_breakdown) is distinct from (s.score, s.breakdown))
      returning 1)
    select count(*) from moved
  $query$, v_rules) into v_changed using p_owner, p_now, p_lead_ids;
  return v_changed;
end $$;
comment on function leads_rescore(uuid, uuid[], timestamptz) is
  'Score leads of one owner by the present rules, all of them at once. Answers how many changed.';
select private.allow('leads_rescore(uuid, uuid[], timestamptz)', 'service_role');

create table private.stale_scores (
  user_id      uuid primary key,
  after_id     uuid,
  requested_at timestamptz not null default clock_timestamp()
);
select private.describe('private.stale_scores', $$
  Owners whose rules changed, so that all their leads are to be scored anew.
  user_id: The owner.
  after_id: The last lead done; null at the beginning.
  requested_at: When the rules last changed.
$$);
select private.enrol('private.stale_scores', users_may => null, by_owner => null, export => 'none');

create function leads_rescore_due(p_limit int = 1000, p_now timestamptz = null) returns bigint
language plpgsql set search_path = '' as $$
declare
  stale private.stale_scores;
  v_page uuid[];
begin
  select * into stale from private.stale_scores order by requested_at limit 1 for update skip locked;
  if not found then
    return 0;
  end if;
  v_page := array(
    select id from public.leads
     where created_by = stale.user_id and (stale.after_id is null or id > stale.after_id)
     order by id limit p_limit);
  perform public.leads_rescore(stale.user_id, v_page, p_now);
  if cardinality(v_page) < p_limit then
    delete from private.stale_scores where user_id = stale.user_id;
  else
    update private.stale_scores set after_id = v_page[p_limit] where user_id = stale.user_id;
  end if;
  return cardinality(v_page);
end $$;
comment on function leads_rescore_due(int, timestamptz) is
  'Score one page of the leads whose rules changed. Answers how many were looked at; 0 when none is left.';
select private.allow('leads_rescore_due(int, timestamptz)', 'service_role');

create function leads_decay() returns bigint
language sql set search_path = '' as $$
  with aging as (
    select created_by from public.lead_scoring_rules
     where is_active and (decay_days is not null or conditions::text like '%within_days%')
    union
    select created_by from public.lead_score_events where expires_at <= clock_timestamp()
  ), marked as (
    insert into private.stale_scores (user_id) select created_by from aging
    on conflict (user_id) do nothing returning 1)
  select count(*) from marked
$$;
comment on function leads_decay() is
  'Ask for the leads to be scored anew whose points fade with time. Answers how many owners.';
select private.allow('leads_decay()', 'service_role');

create function private.rules_changed() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.stale_scores as stale (user_id)
  select created_by from changed group by created_by
  on conflict (user_id) do update set after_id = null, requested_at = clock_timestamp();
  return null;
end $$;
comment on function private.rules_changed() is 'Trigger: changed rules make all scores of their owner stale.';
create trigger lead_scoring_rules_added after insert on lead_scoring_rules
  referencing new table as changed for each statement execute function private.rules_changed();
create trigger lead_scoring_rules_changed after update on lead_scoring_rules
  referencing new table as changed for each statement execute function private.rules_changed();
create trigger lead_scoring_rules_removed after delete on lead_scoring_rules
  referencing old table as changed for each statement execute function private.rules_changed();

create function private.score_changed_leads() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform public.leads_rescore(created_by, array_agg(id))
     from public.leads where score_updated_at is null group by created_by;
  return null;
end $$;
comment on function private.score_changed_leads() is 'Trigger: a new or changed lead is scored at once.';
create trigger leads_scored after insert or update
  of first_name, last_name, email, company, job_title, phone, industry, company_size, country,
     annual_revenue, source, source_details, status, tags, enriched_data, consent, deleted_at
  on leads for each statement execute function private.score_changed_leads();

create function private.score_active_leads() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform public.leads_rescore(created_by, array_agg(distinct lead_id)) from added group by created_by;
  update public.leads l set last_activity_at = greatest(l.last_activity_at, a.latest)
    from (select lead_id, max(occurred_at) latest from added where not is_bot group by lead_id) a
   where l.id = a.lead_id;
  return null;
end $$;
comment on function private.score_active_leads() is 'Trigger: what a lead does is scored at once.';
create trigger lead_activities_scored after insert on lead_activities
  referencing new table as added for each statement execute function private.score_active_leads();

create function private.score_given_points() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform public.leads_rescore(created_by, array_agg(distinct lead_id))
     from added where rule_id is null group by created_by;
  return null;
end $$;
comment on function private.score_given_points() is 'Trigger: points given by hand count at once.';
create trigger lead_score_events_scored after insert on lead_score_events
  referencing new table as added for each statement execute function private.score_given_points();

create table autopilot_lead_inbox (
  id            uuid primary key default gen_random_uuid(),
  user_id       uuid not null default auth.uid(),
  lead_id       uuid not null,
  full_name     text,
  company_name  text,
  email         text,
  phone         text,
  source        text,
  score         integer not null default 0,
  temperature   text not null generated always as
                (case when score >= 75 then 'hot' when score >= 50 then 'warm' else 'cold' end) stored
                constraint autopilot_lead_inbox_temperature_known
                check (temperature in ('hot', 'warm', 'cold')),
  status        text not null default 'new' constraint autopilot_lead_inbox_status_known
                check (status in ('new', 'contacted', 'qualified', 'converted')),
  notes         text,
  read_at       timestamptz,
  snoozed_until timestamptz,
  received_at   timestamptz not null default now(),
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now(),
  constraint autopilot_lead_inbox_once unique (user_id, lead_id),
  constraint autopilot_lead_inbox_of_own_lead foreign key (lead_id, user_id)
    references leads (id, created_by) on delete cascade
);
create index autopilot_lead_inbox_by_lead on autopilot_lead_inbox (lead_id);
create index autopilot_lead_inbox_by_status
  on autopilot_lead_inbox (user_id, status, received_at desc, id desc);
create index autopilot_lead_inbox_by_score on autopilot_lead_inbox (user_id, score desc, id desc);
select private.describe('autopilot_lead_inbox', $$
  Leads at a glance: a copy of what leads say, beside what the user makes of them.
  lead_id: The lead.
  full_name: Its name; copied.
  company_name: Where they work; copied.
  email: Address; copied.
  phone: Number; copied.
  source: Where the lead came from; copied.
  score: Its score; copied.
  temperature: hot from 75, warm from 50, else cold.
  status: What the user says: new, contacted, qualified or converted.
  notes: What the user notes.
  read_at: When the user read it.
  snoozed_until: Until when it is out of sight.
  received_at: When it came in.
$$);
select private.enrol('autopilot_lead_inbox', kind => 'STDU', by_owner => 'received_at desc, id desc',
  touched_by => 'status, notes, read_at, snoozed_until, score, full_name, company_name, email, phone, source',
  erase => 'cascade', users_may =>
  'select, delete, insert (id, user_id, lead_id, status, notes, read_at, snoozed_until),
   update (status, notes, read_at, snoozed_until)');
select private.guard_states('autopilot_lead_inbox', 'status',
  'new -> contacted, qualified, converted',
  'contacted -> new, qualified, converted',
  'qualified -> contacted, converted',
  'converted -> qualified');

create function private.copy_into_inbox() returns trigger
language plpgsql set search_path = '' as $$
begin
  select nullif(concat_ws(' ', first_name, last_name), ''), company, email, phone, source, lead_score
    into new.full_name, new.company_name, new.email, new.phone, new.source, new.score
    from public.leads where id = new.lead_id and created_by = new.user_id;
  new.score := coalesce(new.score, 0);
  return new;
end $$;
comment on function private.copy_into_inbox() is 'Trigger: a new line of the inbox says what its lead says.';
create trigger autopilot_lead_inbox_copied before insert on autopilot_lead_inbox
  for each row execute function private.copy_into_inbox();

-- What follows from a changed lead: the inbox says the same, a new status is an activity, and a
-- score that came to 50 or 75 is told, once for each time it rises past.
create function private.lead_changed() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.autopilot_lead_inbox i
     set full_name = nullif(concat_ws(' ', l.first_name, l.last_name), ''), company_name = l.company,
         email = l.email, phone = l.phone, source = l.source, score = l.lead_score
    from after_change l
   where i.lead_id = l.id
     and (i.full_name, i.company_name, i.email, i.phone, i.source, i.score) is distinct from
         (nullif(concat_ws(' ', l.first_name, l.last_name), ''), l.company, l.email, l.phone, l.source,
          l.lead_score);
  perform public.emit_event(
      l.created_by, case when l.lead_score >= 75 then 'lead.hot' else 'lead.warm' end,
      jsonb_build_object('lead_id', l.id, 'score', l.lead_score),
      format('lead:%s:%s', l.id, l.score_updated_at), l.id)
     from after_change l join before_change was using (id)
    where (was.lead_score < 75 and l.lead_score >= 75)
       or (was.lead_score < 50 and l.lead_score between 50 and 74);
  if exists (select from after_change l join before_change was using (id) where l.status <> was.status) then
    insert into public.lead_activities (created_by, lead_id, activity_type, activity_data, source)
    select l.created_by, l.id, 'status_changed',
           jsonb_build_object('from', was.status, 'to', l.status), 'system'
      from after_change l join before_change was using (id) where l.status <> was.status;
  end if;
  return null;
end $$;
comment on function private.lead_changed() is
  'Trigger: the inbox keeps in step, status changes are activities, crossings are told.';
create trigger leads_z_changed after update on leads
  referencing old table as before_change new table as after_change
  for each statement execute function private.lead_changed();

create function lead_scoring_preview(
  p_conditions jsonb, p_score_weight int, p_decay_days int = null, p_limit int = 100
) returns table (lead_id uuid, lead_score int, new_score int)
language plpgsql stable security definer set search_path = '' as $$
begin
  if auth.uid() is null then
    raise exception 'a preview is of one''s own leads' using errcode = '42501';
  end if;
  return query execute format(
    'select l.id, l.lead_score, greatest(0, least(100, $4 + (
       select coalesce(sum((part ->> ''points'')::int), 0)
         from jsonb_array_elements(l.score_breakdown) part)))::int
       from public.leads l
      where l.created_by = $1 and l.deleted_at is null and %s
      order by l.lead_score desc, l.id desc limit $3',
    private.lead_condition(p_conditions, p_decay_days))
    using auth.uid(), clock_timestamp(), p_limit, p_score_weight;
end $$;
comment on function lead_scoring_preview(jsonb, int, int, int) is
  'Which of one''s leads a rule would apply to, and what their scores would be.';
select private.allow('lead_scoring_preview(jsonb, int, int, int)', 'authenticated, service_role');

select private.allow('private.number(text)', 'service_role');
select private.allow('private.count_of_activity(jsonb, int)', 'service_role');
select private.allow('private.field_condition(jsonb)', 'service_role');
select private.allow('private.lead_condition(jsonb, int, int)', 'service_role');
select private.allow('private.points_of_rule(public.lead_scoring_rules)', 'service_role');

-- Scores are the house's to write, whoever caused them.
grant create on schema private, public to service_role;
alter function private.check_conditions() owner to service_role;
alter function private.rules_changed() owner to service_role;
alter function private.score_changed_leads() owner to service_role;
alter function private.score_active_leads() owner to service_role;
alter function private.score_given_points() owner to service_role;
alter function private.lead_changed() owner to service_role;
alter function lead_scoring_preview(jsonb, int, int, int) owner to service_role;
revoke create on schema private, public from service_role;

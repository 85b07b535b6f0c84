-- Kill switches tell their user that they refuse calls: once a period, or once for each run.

insert into private.event_kinds values ('budget.stopped', 'budget', 'wanted');

create function private.tell_stopped(p_budgets uuid[], p_run_id text) returns void
language sql set search_path = '' as $$
  select public.emit_event(b.user_id, 'budget.stopped',
           jsonb_build_object('budget_id', b.id, 'scope', b.scope, 'scope_id', b.scope_id, 'period', b.period,
                              'run_id', p_run_id),
           format('budget.stopped:%s:%s', b.id,
                  case b.period when 'run' then p_run_id else extract(epoch from b.period_start)::text end),
           b.id)
    from public.channel_budgets b
   where b.id = any (p_budgets) and b.kill_switch
   order by b.id
$$;
comment on function private.tell_stopped(uuid[], text) is
  'Tell the user of kill switches that refused a call; once for each period or run.';
select private.allow('private.tell_stopped(uuid[], text)', 'service_role');

create function private.roll_budgets(p_budgets uuid[]) returns void
language sql set search_path = '' as $$
  update public.channel_budgets
     set spent_usd = 0, period_start = date_trunc(period, clock_timestamp(), 'UTC')
   where id = any (p_budgets) and period_start < date_trunc(period, clock_timestamp(), 'UTC')
$$;
comment on function private.roll_budgets(uuid[]) is
  'Begin the period that runs, of budgets whose last one is over; their rows are locked.';
select private.allow('private.roll_budgets(uuid[])', 'service_role');

create or replace function reserve_budget(
  p_user_id uuid, p_estimate numeric, p_key text, p_channel_id text = null, p_provider text = null,
  p_run_id text = null
) returns uuid
language plpgsql set search_path = '' as $$
declare
  budgets uuid[];
  run_budgets uuid[];
  run_cap numeric;
  run_stopped boolean;
  moved int;
  held public.budget_reservations;
begin
  if p_estimate is null or p_estimate < 0 then
    raise exception 'an estimate is needed before anything is paid' using errcode = '22023';
  end if;
  insert into public.budget_reservations (user_id, key, channel_id, provider, run_id, estimate_usd)
  values (p_user_id, p_key, p_channel_id, p_provider, p_run_id, p_estimate)
  on conflict (user_id, key) do nothing returning * into held;
  if held.id is null then
    select * into held from public.budget_reservations where user_id = p_user_id and key = p_key;
    if held.estimate_usd <> p_estimate or held.status in ('released', 'expired') then
      raise exception 'this key was used for something else' using errcode = '22023';
    end if;
    return held.id;
  end if;

  select coalesce(array_agg(id) filter (where period <> 'run'), '{}'),
         coalesce(array_agg(id) filter (where period = 'run'), '{}'),
         min(hard_cap_usd) filter (where period = 'run'),
         coalesce(bool_or(kill_switch) filter (where period = 'run'), false)
    into budgets, run_budgets, run_cap, run_stopped
    from (select id, period, hard_cap_usd, kill_switch from public.channel_budgets
           where user_id = p_user_id
             and (scope = 'user' or (scope = 'channel' and scope_id = p_channel_id)
                  or (scope = 'provider' and scope_id = p_provider))
             and (period <> 'run' or p_run_id is not null)
           order by id for no key update) applicable;
  perform private.roll_budgets(budgets);
  update public.channel_budgets set reserved_usd = reserved_usd + p_estimate
   where id = any (budgets) and not exists (
     select from public.channel_budgets b
      where b.id = any (budgets)
        and (b.kill_switch or b.spent_usd + b.reserved_usd + p_estimate > b.hard_cap_usd));
  get diagnostics moved = row_count;

  if moved = cardinality(budgets) and run_cap is not null then
    insert into public.pipeline (user_id, run_id, channel_id) values (p_user_id, p_run_id, p_channel_id)
    on conflict (user_id, run_id) do nothing;
    perform from public.pipeline where user_id = p_user_id and run_id = p_run_id for no key update;
    update public.pipeline
       set (spent_usd, reserved_usd) = (
             select coalesce(sum(r.actual_usd), 0),
                    coalesce(sum(r.estimate_usd) filter (where r.status = 'open'), 0)
               from public.budget_reservations r
              where r.user_id = p_user_id and r.run_id = p_run_id and r.id <> held.id)
     where user_id = p_user_id and run_id = p_run_id;
    update public.pipeline set reserved_usd = reserved_usd + p_estimate
     where user_id = p_user_id and run_id = p_run_id and not run_stopped
       and spent_usd + reserved_usd + p_estimate <= run_cap;
    if not found then
      perform private.warn_run_budgets(run_budgets, p_run_id, p_estimate);
      update public.channel_budgets set reserved_usd = reserved_usd - p_estimate where id = any (budgets);
      moved := -1;
    end if;
  end if;
  if moved < cardinality(budgets) then
    delete from public.budget_reservations where id = held.id;
    perform private.warn_budgets(budgets, p_estimate);
    perform private.tell_stopped(budgets || run_budgets, p_run_id);
    return null;
  end if;
  update public.budget_reservations set budget_ids = budgets, on_run = run_cap is not null where id = held.id;
  perform private.warn_budgets(budgets, 0);
  perform private.warn_run_budgets(run_budgets, p_run_id, 0);
  return held.id;
end $$;

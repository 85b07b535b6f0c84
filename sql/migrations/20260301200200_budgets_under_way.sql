-- Budgets count calls under way: those that were made before a cap was set count against it, and what
-- is settled after a period has ended counts in the period that runs, as its cost is written there.

create or replace function private.close_reservation(p_held budget_reservations, p_status text, p_actual numeric)
  returns void
language plpgsql set search_path = '' as $$
declare
  given_back constant numeric := case when p_held.status = 'open' then p_held.estimate_usd else 0 end;
begin
  perform from public.channel_budgets where id = any (p_held.budget_ids) order by id for no key update;
  perform private.roll_budgets(p_held.budget_ids);
  update public.channel_budgets
     set reserved_usd = greatest(reserved_usd - given_back, 0), spent_usd = spent_usd + coalesce(p_actual, 0)
   where id = any (p_held.budget_ids);
  if p_held.on_run then
    update public.pipeline
       set reserved_usd = greatest(reserved_usd - given_back, 0), spent_usd = spent_usd + coalesce(p_actual, 0)
     where user_id = p_held.user_id and run_id = p_held.run_id;
  end if;
  update public.budget_reservations set status = p_status, actual_usd = p_actual where id = p_held.id;
end $$;

drop trigger channel_budgets_begin on channel_budgets;

-- After the insert, which a budget that is there already turns into a change. Calls that are being
-- settled are waited for, so that each is counted as spent or as reserved.
create or replace function private.begin_budget() returns trigger
language plpgsql set search_path = '' as $$
declare
  begun constant timestamptz := date_trunc(new.period, clock_timestamp(), 'UTC');
  calls uuid[];
begin
  select coalesce(array_agg(id), '{}') into calls
    from (select r.id from public.budget_reservations r
           where r.user_id = new.user_id and r.status = 'open'
             and case new.scope when 'channel' then r.channel_id = new.scope_id
                                when 'provider' then r.provider = new.scope_id else true end
           order by r.id for no key update) open;
  update public.budget_reservations set budget_ids = budget_ids || new.id where id = any (calls);
  update public.channel_budgets
     set period_start = begun,
         reserved_usd = coalesce((
           select sum(r.estimate_usd) from public.budget_reservations r where r.id = any (calls)), 0),
         spent_usd = coalesce((
           select sum(r.actual_usd) from public.budget_reservations r
            where r.user_id = new.user_id and r.status = 'settled' and r.closed_at >= begun
              and r.created_at >= begun - interval '1 day'  -- by the index: no call takes so long
              and case new.scope when 'channel' then r.channel_id = new.scope_id
                                 when 'provider' then r.provider = new.scope_id else true end), 0)
   where id = new.id;
  return null;
end $$;
comment on function private.begin_budget() is
  'Trigger: a new budget counts what was spent in its period before it was set, and calls under way.';
create trigger channel_budgets_begin after insert on channel_budgets for each row
  when (new.period <> 'run' and new.period_start = '-infinity')
  execute function private.begin_budget();

-- Experiments stand: their user names what is tried, and the house says when it runs and what came of
-- it. One at a time changes a video; what runs knows from when to when.

revoke insert, update on metadata_experiments from authenticated;
grant insert (id, user_id, video_id, experiment_type, title_variant, thumbnail_variant, start_date, end_date,
              ctr, avd, notes, experiment_key, variant_key, is_control, assignment, metric, impressions,
              clicks, views, watch_seconds),
      update (video_id, experiment_type, title_variant, thumbnail_variant, start_date, end_date, ctr, avd,
              notes, experiment_key, variant_key, is_control, assignment, metric, impressions, clicks,
              views, watch_seconds) on metadata_experiments to authenticated;
update private.registry
   set users_may =
  'select, delete,
   insert (id, user_id, video_id, experiment_type, title_variant, thumbnail_variant, start_date, end_date,
           ctr, avd, notes, experiment_key, variant_key, is_control, assignment, metric, impressions,
           clicks, views, watch_seconds),
   update (video_id, experiment_type, title_variant, thumbnail_variant, start_date, end_date, ctr, avd,
           notes, experiment_key, variant_key, is_control, assignment, metric, impressions, clicks,
           views, watch_seconds)'
 where table_name = 'metadata_experiments';

alter table metadata_experiments add constraint metadata_experiments_running_has_dates
  check (status <> 'running' or (start_date is not null and end_date is not null));
create unique index metadata_experiments_one_on_air on metadata_experiments (user_id, video_id)
  where is_control and status = 'running';

-- A day that is taken back, or given to another variant, counts no more where it was.
create or replace function private.sum_experiment_days() returns trigger
language plpgsql set search_path = '' as $$
begin
  update public.metadata_experiments e
     set impressions = sums.impressions, clicks = sums.clicks, views = sums.views,
         watch_seconds = sums.watch_seconds,
         ctr = case when sums.days > 0 then e.ctr end, avd = case when sums.days > 0 then e.avd end
    from (select distinct c.user_id, c.experiment_key, c.variant_key from changed c) moved
   cross join lateral (
     select count(*) as days, sum(d.impressions) as impressions, sum(d.clicks) as clicks,
            sum(d.views) as views, sum(d.watch_seconds) as watch_seconds
       from public.experiment_days d
      where (d.user_id, d.experiment_key, d.variant_key)
            = (moved.user_id, moved.experiment_key, moved.variant_key)) sums
   where (e.user_id, e.experiment_key, e.variant_key) = (moved.user_id, moved.experiment_key, moved.variant_key);
  return null;
end $$;
create trigger experiment_days_left after update on experiment_days
  referencing old table as changed for each statement execute function private.sum_experiment_days();
create trigger experiment_days_unsummed after delete on experiment_days
  referencing old table as changed for each statement execute function private.sum_experiment_days();

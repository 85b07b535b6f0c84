-- Running experiments stay as they began: what decides, which variants, from when to when. Who could
-- move the end over the data API, or change the metric, would look early and find winners that are none.

create function private.keep_running_experiment() returns trigger
language plpgsql set search_path = '' as $$
begin
  raise exception 'a running experiment stays as it began' using errcode = '55000', hint = 'Stop it first.';
end $$;
comment on function private.keep_running_experiment() is
  'Trigger: over the data API nobody changes what a running experiment tries, or throws it away.';
create trigger metadata_experiments_stand before update of
  video_id, experiment_type, title_variant, thumbnail_variant, start_date, end_date, experiment_key,
  variant_key, is_control, assignment, metric on metadata_experiments for each row
  when (old.status = 'running' and current_user = 'authenticated')
  execute function private.keep_running_experiment();
create trigger metadata_experiments_kept before delete on metadata_experiments for each row
  when (old.status = 'running' and current_user = 'authenticated')
  execute function private.keep_running_experiment();

-- Experiments: what a test is to find out, planned before it begins, and the list of them.

alter table metadata_experiments
  add column metric text not null default 'watch_per_impression'
    constraint metadata_experiments_metric_known check (metric in ('watch_per_impression', 'ctr')),
  add column plan jsonb not null default '{}'
    constraint metadata_experiments_plan_is_object check (jsonb_typeof(plan) = 'object');
comment on column metadata_experiments.metric is 'What decides.';
comment on column metadata_experiments.plan is
  '{aim, days, per_arm, unit, feasible, smallest_effect}: what it is to find out and how long that takes.';

create unique index metadata_experiments_one_control on metadata_experiments (user_id, experiment_key)
  where is_control;
create index metadata_experiments_list on metadata_experiments (user_id, created_at desc, id desc)
  where is_control;
create index metadata_experiments_running on metadata_experiments (end_date)
  where is_control and status = 'running';

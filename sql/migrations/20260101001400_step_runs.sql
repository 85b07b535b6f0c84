-- Step results: a step that is begun again is counted, so its log tells one run from another.

alter table private.step_results
  add column runs integer not null default 1 constraint step_results_runs_positive check (runs >= 1);
comment on column private.step_results.runs is 'How often the step was begun.';

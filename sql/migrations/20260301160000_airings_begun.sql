-- A variant that is being set is not on air yet: nobody knows what a worker that died had set.
alter table experiment_airings alter column aired_at drop not null;
comment on column experiment_airings.aired_at is
  'When it was set there, null until it is; a day that began with another variant does not count.';

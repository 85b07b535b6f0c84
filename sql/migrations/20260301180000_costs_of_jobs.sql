-- Costs of jobs: a paid call knows whose it is, so that its cost is added to an album, or to a job's
-- stage, by the statement that writes it down, whoever finds the answer later.

alter table private.paid_calls add column run_id uuid, add column stage text;
comment on column private.paid_calls.run_id is 'The job or album that pays for it; others find it for nothing.';
comment on column private.paid_calls.stage is 'The stage of that job which bears the cost; null of an album.';

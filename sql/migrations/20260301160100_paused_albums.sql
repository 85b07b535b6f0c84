-- Paused albums: those that a budget stopped are looked for every minute, among all that ever failed.

create index video_jobs_paused on video_jobs (finished_at)
  where status = 'failed' and error_code = 'BudgetExceeded' and deleted_at is null;

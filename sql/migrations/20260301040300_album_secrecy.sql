-- Albums: what the state machine is answered with is the house's own.

comment on column video_jobs.wait_token is
  'Task token of the state that waits for the user; never shown.';

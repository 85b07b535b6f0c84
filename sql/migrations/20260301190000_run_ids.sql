-- A run is called by the id of its job or album, here as in costs and in the caps of runs.

comment on column pipeline_runs.run_id is 'The run: the id of its job or album.';

-- Album words: what a platform does not take is no title and no description, whoever writes it.

alter table video_jobs
  add constraint video_jobs_title_fits
    check (length(video_title) between 1 and 100 and video_title !~ '[<>]'),
  add constraint video_jobs_description_fits
    check (length(video_description) <= 5000 and video_description !~ '[<>]');

-- Proofs: who may use a take, shown by a document of the user's own; and which version made it.

alter table uploads
  drop constraint uploads_purpose_known,
  add constraint uploads_purpose_known check (purpose in
    ('voice_over', 'knowledge', 'image', 'music', 'album_track', 'album_picture', 'licence'));

alter table audio_tracks
  add column maker_version   varchar(100),
  add column proof_upload_id uuid,
  add constraint audio_tracks_of_own_proof foreign key (proof_upload_id, user_id)
    references uploads (id, user_id) on delete set null (proof_upload_id);
create index audio_tracks_by_proof on audio_tracks (proof_upload_id) where proof_upload_id is not null;
comment on column audio_tracks.maker_version is 'Which version of the maker made it.';
comment on column audio_tracks.proof_upload_id is 'The licence document its user sent for it.';

alter table images
  add column maker_version   varchar(100),
  add column proof_upload_id uuid,
  add constraint images_of_own_proof foreign key (proof_upload_id, user_id)
    references uploads (id, user_id) on delete set null (proof_upload_id);
create index images_by_proof on images (proof_upload_id) where proof_upload_id is not null;
comment on column images.maker_version is 'Which version of the maker made it.';
comment on column images.proof_upload_id is 'The licence document its user sent for it.';

create or replace function private.check_album() returns trigger
language plpgsql set search_path = '' as $$
declare
  tracks bigint;
  pictures bigint;
  unlicensed bigint;
  made bigint;
begin
  select count(*) filter (where kind = 'audio'), count(*) filter (where kind = 'image'),
         count(*) filter (where provider not in ('dummy', 'upload') and licence is null and proof is null
                                or provider = 'upload' and rights is null),
         count(*) filter (where provider <> 'upload')
    into tracks, pictures, unlicensed, made
    from (select 'audio' as kind, provider::text, license_document_url as licence, rights,
                 proof_upload_id as proof
            from public.audio_tracks where video_job_id = new.id and is_selected
          union all
          select 'image', provider::text, license_document_url, rights, proof_upload_id
            from public.images where video_job_id = new.id and is_selected) take;
  if (tracks, pictures) <> (20, 20) then
    raise exception 'an album needs 20 tracks and 20 pictures; it has % and %', tracks, pictures
      using errcode = '55000';
  end if;
  if new.status = 'ready_for_export' and unlicensed > 0 then
    raise exception '% tracks and pictures have no licence', unlicensed using errcode = '55000';
  end if;
  if new.status = 'ready_for_export' and made > 0 and not new.synthetic_content then
    raise exception '% tracks and pictures are made by machine, which is to be disclosed', made
      using errcode = '55000';
  end if;
  return new;
end $$;

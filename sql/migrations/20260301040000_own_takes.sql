-- Own takes: a track or a picture of an album may be the user's own. By itself, because a value of
-- an enum may be used only after the transaction that adds it.

alter type music_provider add value 'upload';
alter type visual_provider add value 'upload';
